// Old Node versions must be able to read this file, so that they can say that they are too old.
export const needed = [20, 19]

/** Ends the process with a message when this Node is older than package.json's `engines` asks for. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return
  console.error(
    `routellm needs Node ${needed.join('.')} or newer; this is ${version}. Install a newer one from nodejs.org.`,
  )
  process.exit(1)
}

// Old Node versions must be able to read this file, so that they can say that they are too old.
export const needed = [20, 19]

/** The first version that runs TypeScript by removing its types. */
const neededForTypeScript = [22, 18]

/** Ends the process with a message when this Node is older than package.json's `engines` asks for. */
export function checkNode(version = process.versions.node) {
  demand(needed, 'routellm', version)
}

/** Ends the process with a message when this Node cannot import TypeScript, which the recipes are written in. */
export function checkNodeRunsTypeScript(version = process.versions.node) {
  demand(neededForTypeScript, 'This program imports TypeScript and', version)
}

function demand(least, who, version) {
  const [major, minor] = version.split('.').map(Number)
  if (major > least[0] || (major === least[0] && minor >= least[1])) return
  console.error(
    `${who} needs Node ${least.join('.')} or newer; this is ${version}. Install a newer one from nodejs.org.`,
  )
  process.exit(1)
}

// `npm start`: installs and builds what is missing, then serves in this same process, so that signals reach
// the server. Arguments after `--` go to `routellm serve`.
import { checkNode } from './setup/check-node.mjs'

checkNode()
const { setUp } = await import('./setup/set-up.mjs')
await setUp()

const { join } = await import('node:path')
const { pathToFileURL } = await import('node:url')
const { project } = await import('./setup/project.mjs')
const main = join(project, 'dist', 'cli', 'main.js')
process.argv = [process.execPath, main, 'serve', ...process.argv.slice(2)]
endWithParent()
await import(pathToFileURL(main).href)

/**
 * npm hands a SIGTERM to the shell between it and this process, and the shell keeps it to itself. So when the
 * shell is gone, this process stops as if it had been told.
 */
function endWithParent() {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  watch.unref()
}

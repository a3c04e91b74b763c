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
await import(pathToFileURL(main).href)

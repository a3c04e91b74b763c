// `npm start`: installs and builds what is missing, then serves in this same process, so that signals reach
// the server. Arguments after `--` go to `routellm serve`, or to the command that they begin with: `npm start -- demo`.
import { checkNode } from './setup/check-node.mjs'

checkNode()
const { setUp } = await import('./setup/set-up.mjs')
await setUp()

const { join } = await import('node:path')
const { pathToFileURL } = await import('node:url')
const { project } = await import('./setup/project.mjs')
const main = join(project, 'dist', 'cli', 'main.js')
const args = process.argv.slice(2)
const command = args[0] === undefined || args[0].startsWith('-') ? ['serve'] : []
process.argv = [process.execPath, main, ...command, ...args]
await import(pathToFileURL(main).href)

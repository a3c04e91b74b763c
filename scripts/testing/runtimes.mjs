import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../setup/project.mjs'

/** Where `node scripts/install-runtimes.mjs` puts Bun and Deno, for test/long/edge/runtimes.test.ts. */
export const runtimesFolder = join(project, 'node_modules', '.cache', 'routellm-runtimes')

/** Their packages bring the binary of the platform as an optional dependency. */
export const runtimePackages = ['bun@1.4.5', 'deno@2.9.6']

/** The binaries; undefined where they are not installed. No install script has linked them. */
export function findRuntimes() {
  const bun = findBinary('@oven', join('bin', 'bun'))
  const deno = findBinary('@deno', 'deno')
  return bun === undefined || deno === undefined ? undefined : { bun, deno }
}

function findBinary(scope, file) {
  const folder = join(runtimesFolder, 'node_modules', scope)
  if (!existsSync(folder)) return undefined
  return readdirSync(folder)
    .map((name) => join(folder, name, file))
    .find((path) => existsSync(path))
}

// Removes the code of modules that hold types only: nothing imports it, and every file takes a block on the disks of
// those who install the package.
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** @param {string} dist folder of the compiled package. */
export function pruneEmptyModules(dist) {
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, name)
    if (name.endsWith('.js') && readFileSync(file, 'utf8').trim() === 'export {};') rmSync(file)
  }
}

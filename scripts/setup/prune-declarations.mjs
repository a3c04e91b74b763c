// Removes the type declarations that no entry of package.json leads to: nobody can import them, and every file takes a
// block on the disks of those who install the package.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { project } from './project.mjs'

/** @param {string} dist folder of the compiled package. */
export function pruneDeclarations(dist) {
  const { exports = {} } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
  const entries = Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [types]))
  const reached = new Set()
  const follow = entries.map((entry) => join(dist, entry.replace(/^\.\/dist\//, '')))
  for (const file of follow) {
    if (reached.has(file) || !existsSync(file)) continue
    reached.add(file)
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/['"](\.{1,2}\/[^'"]+)\.(?:js|ts)['"]/g))
      follow.push(join(dirname(file), `${target.replace(/\.d$/, '')}.d.ts`))
  }
  // A package without typed entries is not judged.
  if (reached.size === 0) return
  for (const name of readdirSync(dist, { recursive: true })) {
    const file = join(dist, name)
    if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folders whose source files keep to the rules for the tree. */
const folders = ['src', 'recipes', 'scripts', 'benchmarks', 'test', 'examples']

/**
 * The project's source files.
 *
 * @param {string} project the folder of package.json
 * @returns {Map<string, string>} path from that folder, with `/`, → text
 */
export function readTree(project) {
  const tree = new Map()
  for (const folder of folders) {
    for (const name of readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.(?:tsx?|mjs|cjs)$/.test(name)) continue
      tree.set(`${folder}/${name.replaceAll('\\', '/')}`, readFileSync(join(project, folder, name), 'utf8'))
    }
  }
  return tree
}

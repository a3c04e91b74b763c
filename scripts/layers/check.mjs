// The rules for the tree: the layer table, no circle of imports, no crowded folder. ARCHITECTURE.md explains them.
import { dirname, join } from 'node:path/posix'

/**
 * @typedef {ReadonlyMap<string, string>} Tree path from the project's folder, with `/`, → source text
 * @typedef {Readonly<Record<string, readonly string[]>>} Wings see wings.mjs
 */

/** A folder with more files than this needs subfolders. */
export const looseFilesAtMost = 12

/** Nobody imports these folders of src/: they are the ends of the program. */
const roofs = ['cli']

/**
 * Imports that the layer table forbids, and folders of src/ without a row.
 *
 * Files directly in src/ and tests may import everything but a roof.
 *
 * @param {Tree} tree
 * @param {Wings} wings
 * @returns {string[]} one sentence each
 */
export function findForbiddenImports(tree, wings) {
  const problems = []
  for (const [path, source] of tree) {
    if (!path.startsWith('src/')) continue
    const file = path.slice('src/'.length)
    const isEntry = !file.includes('/')
    const row = longestRow(file, wings)
    if (row === undefined && !isEntry)
      problems.push(`${dirname(path)}/ has no row in scripts/layers/wings.mjs`)
    for (const target of importsOf(path, source)) {
      if (!target.startsWith('src/')) {
        if (!isTest(path)) problems.push(`${path} imports ${target}: src/ imports only src/`)
        continue
      }
      const imported = target.slice('src/'.length)
      const roof = roofs.find((folder) => isWithin(imported, folder))
      if (roof !== undefined && !isWithin(file, roof))
        problems.push(`${path} imports ${target}: nobody imports src/${roof}/`)
      if (isEntry || isTest(path) || row === undefined || !imported.includes('/')) continue
      const allowed = wings[row] ?? []
      if (!allowed.includes('*') && !allowed.some((folder) => isWithin(imported, folder)))
        problems.push(`${path} imports ${target}: ${row}/ may import ${allowed.join(', ')}`)
    }
  }
  return problems
}

/**
 * Files that import each other in a circle, type imports included: the strongly connected components of the import
 * graph with more than one file (Tarjan, 1972), and files that import themselves.
 *
 * @param {Tree} tree
 * @returns {string[]} one sentence each
 */
export function findCircles(tree) {
  const sources = [...tree].filter(([path]) => !isTest(path))
  const edges = new Map(sources.map(([path, source]) => [path, importsOf(path, source)]))
  const order = new Map()
  const lowest = new Map()
  /** @type {string[]} */
  const stack = []
  /** @type {string[]} */
  const problems = []
  const visit = (/** @type {string} */ file) => {
    order.set(file, order.size)
    lowest.set(file, order.get(file))
    stack.push(file)
    for (const target of edges.get(file) ?? []) {
      if (!edges.has(target)) continue
      if (!order.has(target)) visit(target)
      if (stack.includes(target)) lowest.set(file, Math.min(lowest.get(file), lowest.get(target)))
    }
    if (lowest.get(file) !== order.get(file)) return
    const component = stack.splice(stack.indexOf(file))
    if (component.length > 1 || edges.get(file)?.includes(file))
      problems.push(`a circle of imports: ${component.sort().join(', ')}`)
  }
  for (const file of edges.keys()) if (!order.has(file)) visit(file)
  return problems
}

/**
 * Folders with more than `looseFilesAtMost` source files. Tests beside their sources do not count; in test/ they do.
 *
 * @param {Tree} tree
 * @returns {string[]} one sentence each
 */
export function findCrowdedFolders(tree) {
  const counts = new Map()
  for (const path of tree.keys()) {
    if (isTest(path) && !path.startsWith('test/')) continue
    counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > looseFilesAtMost)
    .map(
      ([folder, count]) => `${folder}/ has ${count} loose files; more than ${looseFilesAtMost} need folders`,
    )
}

/** @returns {string[]} files of the project that a file imports, types included */
function importsOf(/** @type {string} */ path, /** @type {string} */ source) {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    join(dirname(path), match[1] ?? ''),
  )
}

function longestRow(/** @type {string} */ file, /** @type {Wings} */ wings) {
  return Object.keys(wings)
    .filter((folder) => isWithin(file, folder))
    .sort((one, other) => other.length - one.length)[0]
}

function isWithin(/** @type {string} */ path, /** @type {string} */ folder) {
  return path.startsWith(`${folder}/`)
}

function isTest(/** @type {string} */ path) {
  return path.endsWith('.test.ts')
}

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { project } from '../setup/project.mjs'
import { generators } from './generators.mjs'
import { withRegion } from './regions.mjs'

/**
 * Generates every region and file of the table.
 *
 * @param {(path: string) => Promise<any>} load a module of src/ by its path without an ending
 * @returns {Promise<Map<string, { readonly now: string, readonly wanted: string }>>} file → its contents and the
 *   contents that it should have
 */
export async function generateAll(load) {
  const sources = { load, results: readResults, golden: readGolden }
  const files = new Map()
  for (const { file, region, text } of generators) {
    const now = files.get(file)?.now ?? readFileSync(join(project, file), 'utf8')
    const before = files.get(file)?.wanted ?? now
    const generated = await text(sources)
    files.set(file, { now, wanted: region === undefined ? generated : withRegion(before, region, generated) })
  }
  return files
}

/**
 * Writes every generated region and file anew, from the built package in dist/.
 *
 * @returns {Promise<string[]>} the files that changed
 */
export async function writeGeneratedDocs() {
  const changed = []
  for (const [file, { now, wanted }] of await generateAll(loadBuilt)) {
    if (now === wanted) continue
    writeFileSync(join(project, file), wanted)
    changed.push(file)
  }
  return changed
}

/** Loads a module of src/ as it was built. */
export function loadBuilt(/** @type {string} */ path) {
  return import(pathToFileURL(join(project, 'dist', `${path}.js`)).href)
}

function readResults(/** @type {string} */ name) {
  return JSON.parse(readFileSync(join(project, 'benchmarks', 'results', `${name}.json`), 'utf8'))
}

function readGolden(/** @type {string} */ name) {
  return JSON.parse(readFileSync(join(project, 'test', 'golden', `${name}.json`), 'utf8'))
}

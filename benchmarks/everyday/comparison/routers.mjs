// The routers of the comparison: those that need no labels of one's own.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { project } from '../../../scripts/setup/project.mjs'
import { readStoredNumbers } from './stored-numbers.mjs'

/** The routers that every other one is compared with. */
export const baselines = ['length', 'rules', 'old default']

export const oldDefaultFile = join(project, 'benchmarks', 'results', 'old-default.json')

/**
 * @typedef {{ readonly winRates: Float64Array, readonly threshold: number }} Scored `threshold`: the router's own default
 */

/**
 * Scores prompts with every router that is there.
 *
 * @param {readonly { readonly prompt: string }[]} prompts
 * @param {{ readonly set: string, readonly encoder?: object }} options `set`: name of the data set, for the stored win
 *   rates of the old default; `encoder`: spec of the encoder tier
 * @returns {Promise<Record<string, Scored>>} by the name in the tables
 */
export async function scoreWithRouters(prompts, { set, encoder }) {
  const scored = {}
  for (const name of ['mf', 'length', 'rules'])
    scored[name] = await scoreWith(new URL('../../../dist/', import.meta.url), { name, kind: name }, prompts)
  if (encoder !== undefined)
    scored['encoder tier'] = await scoreWith(new URL('../../../dist/', import.meta.url), encoder, prompts)
  const old = storedOldDefault(set, prompts)
  if (old !== undefined) scored['old default'] = old
  return scored
}

/**
 * @param {URL} dist folder of a built package, with a slash at its end
 * @param {object} spec a router as in routellm.yaml, with its name
 * @returns {Promise<Scored>}
 */
export async function scoreWith(dist, spec, prompts) {
  const from = (path) => import(new URL(path, dist).href)
  const { loadRouter } = await from('routing/routers/registry.js')
  const { findThreshold } = await from('routing/policies/pair/threshold.js')
  const { isClosableRouter } = await from('routing/routers/router.js')
  const router = await loadRouter(spec, { embedderOptions: {}, hub: {}, onWarning: refuse })
  const winRates = new Float64Array(prompts.length)
  for (const [row, { prompt }] of prompts.entries())
    winRates[row] = await router.strongWinRate({ text: prompt, system: '' })
  const threshold = findThreshold(router, { kind: 'router-default' })
  if (isClosableRouter(router)) await router.close()
  return { winRates, threshold }
}

/** Undefined if the win rates of these prompts are not stored. */
function storedOldDefault(set, prompts) {
  if (!existsSync(oldDefaultFile)) return undefined
  const { threshold, sets } = JSON.parse(readFileSync(oldDefaultFile, 'utf8'))
  const stored = sets[set]
  if (stored === undefined) return undefined
  return { winRates: readStoredNumbers(stored, prompts, oldDefaultFile), threshold }
}

/**
 * What routers of other packages said of the real prompts.
 *
 * @returns {Record<string, Float64Array>} by title: one number per prompt, more is harder
 */
export function storedOtherRouters(prompts) {
  const file = join(project, 'benchmarks', 'results', 'other-routers.json')
  const { routers } = JSON.parse(readFileSync(file, 'utf8'))
  return Object.fromEntries(routers.map(({ title, real }) => [title, readStoredNumbers(real, prompts, file)]))
}

/** A router that warns is not the one that is to be measured, such as a fallback for missing weights. */
function refuse(message) {
  throw new Error(`A router warned, so it is not measured: ${message}`)
}

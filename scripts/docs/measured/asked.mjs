// What was asked of the routers that need no labels, and what was measured: the rows of docs/targets.md and of
// docs/routers/README.md.
import { short, signed, titles } from '../markdown.mjs'

/** The routers of which something is asked, by their name in the results and in the tables. */
const measuredRouters = { mf: 'built-in', 'encoder tier': 'encoder tier' }

/** Names of routers in the results → least AUC that is asked. */
const askedAuc = {
  hand_written: { mf: 0.95, 'encoder tier': 0.98 },
  everyday_tiers: { mf: 0.98 },
  corpus: { mf: 0.92, 'encoder tier': 0.97 },
  languagesOfCorpus: { mf: 0.85, 'encoder tier': 0.93 },
  real: {
    'under 100': { mf: 0.75, 'encoder tier': 0.82 },
    '100 to 200': { mf: 0.68, 'encoder tier': 0.75 },
    '200 to 400': { mf: 0.6, 'encoder tier': 0.63 },
    '400 to 1,000': { mf: 0.5, 'encoder tier': 0.55 },
  },
}

/** At most this many milliseconds for a decision, by the router's name in benchmarks/results/router-speed.json. */
export const askedMilliseconds = {
  mf: { p50: 0.2, p99: 1 },
  few_label: { p50: 0.35, p99: 1 },
  'encoder tier': { p50: 30 },
}

/** At most this many seconds for training `few_label` on 500 labels and 2,000 prompts. */
export const askedFitSeconds = 4

/**
 * @typedef {{
 *   readonly what: string
 *   readonly router: string
 *   readonly asked: string
 *   readonly isMet: boolean
 *   readonly figures: any
 * }} AskedRow `figures`: the routers of the comparison, as benchmarks/everyday/comparison/compare.mjs returns them
 */

/** @param everyday contents of benchmarks/results/everyday.json. @returns {AskedRow[]} AUC of hard against easy prompts */
export function askedOnEverydayPrompts(everyday) {
  return [
    ...ofGroup('hand-written prompts, length balanced', everyday.hand_written?.all, askedAuc.hand_written),
    ...ofLowest(
      'everyday tiers, the language with the lowest',
      everyday.everyday_tiers,
      askedAuc.everyday_tiers,
    ),
    ...ofGroup('corpus, 5 folds', everyday.corpus?.all, askedAuc.corpus),
    ...ofLowest('corpus, each language left out, the lowest', everyday.corpus, askedAuc.languagesOfCorpus),
    ...Object.entries(askedAuc.real).flatMap(([band, asked]) =>
      ofGroup(`real prompts, ${band} characters`, everyday.real?.groups[band], asked),
    ),
  ]
}

/** @param benchmarks of benchmarks/results/builtin-quality.json. @returns {AskedRow[]} APGR without labels */
export function askedOnBenchmarks(benchmarks) {
  return Object.entries(benchmarks).map(([benchmark, { routers }]) => {
    const { value, minus } = routers.mf
    const isAbsolute = benchmark === 'mt-bench'
    return {
      what: `${titles[benchmark]}, no labels`,
      router: 'mf',
      asked: isAbsolute ? '≥ .62' : '− length ≥ −.015',
      isMet: isAbsolute ? value >= 0.62 : minus.length.difference >= -0.015,
      figures: routers,
    }
  })
}

/** A figure with its interval: `.950 (.920 to .975)`. */
export function figureText({ value, interval: [low, high] }) {
  return `${short(value)} (${short(low)} to ${short(high)})`
}

/** A paired difference with its interval: `+.020 (−.005 to +.044)`. */
export function differenceText({ difference, interval: [low, high] }) {
  return `${signed(difference)} (${signed(low)} to ${signed(high)})`
}

/** A median with its extremes: `0.06 (0.05 to 0.08)`. */
export function rangeText({ median, min, max }) {
  return `${median} (${min} to ${max})`
}

/** The name of a router of the results in the tables. */
export function routerTitle(/** @type {string} */ router) {
  return measuredRouters[router]
}

function ofGroup(what, group, asked) {
  if (group === undefined) return []
  const { rows, hard, routers } = group
  return Object.entries(asked)
    .filter(([router]) => routers[router] !== undefined)
    .map(([router, least]) => ({
      what: `${what} (${hard} hard, ${rows - hard} easy)`,
      router,
      asked: `≥ ${short(least).replace(/0+$/, '')}`,
      isMet: routers[router].value >= least,
      figures: routers,
    }))
}

/** Of the group in which the router is worst. */
function ofLowest(what, set, asked) {
  if (set === undefined) return []
  return Object.entries(asked).flatMap(([router, least]) => {
    const groups = Object.entries(set.groups).filter(([, { routers }]) => routers[router] !== undefined)
    if (groups.length === 0) return []
    const [name, group] = groups.reduce((one, other) =>
      other[1].routers[router].value < one[1].routers[router].value ? other : one,
    )
    return ofGroup(`${what}: ${name}`, group, { [router]: least })
  })
}

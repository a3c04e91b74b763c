// Simulated logs with propensities, of which the truth is known. test/promises and evidence.mjs draw them.

/** @typedef {{ next(): number, nextInt(below: number): number, nextGaussian(): number }} Random */

/**
 * @typedef {object} LogKind
 * @property {number} sessions
 * @property {number} leastPropensity of either model; the policy in service gives hard requests to the strong model
 * @property {number} [slope] how sharply the policy in service separates hard from easy. Default: 8
 * @property {number} [threshold] difficulty from which the target policy chooses the strong model. Default: .6
 * @property {boolean} [longSessions] log-normally many requests a session (median 3, at most 200). Default: one
 * @property {boolean} [keepsModel] a session keeps the model of its first request
 * @property {number} [sessionEffect] standard deviation of the log-odds of a good answer between sessions. Default: 0
 * @property {number} [dollarSpread] standard deviation of the logarithm of a request's dollars. Default: .5
 * @property {boolean} [wrongModel] the outcome model expects the same of every request and model
 * @property {boolean} [labelsUncertain] requests near the threshold are labelled always, others one in ten
 */

/**
 * @typedef {object} LogRow
 * @property {string} session
 * @property {string} model
 * @property {Readonly<Record<string, number>>} propensities
 * @property {number | null} quality
 * @property {number} labelProbability
 * @property {number} usd
 * @property {string} task
 * @property {number} difficulty
 */

/** @typedef {(row: LogRow) => Readonly<Record<string, number>>} Target */
/** @typedef {{ readonly expectedQuality?: () => number, readonly expectedUsd?: () => number }} Options */

/** @type {Readonly<Record<string, LogKind>>} */
export const logKinds = {
  'single requests': { sessions: 2000, leastPropensity: 0.1 },
  'small propensities': { sessions: 2000, leastPropensity: 0.01, slope: 40, threshold: 0.4 },
  'few sessions, small propensities': { sessions: 300, leastPropensity: 0.05, slope: 24, threshold: 0.4 },
  'long sessions that differ': { sessions: 400, leastPropensity: 0.05, longSessions: true, sessionEffect: 1 },
  'long sessions that keep their model': {
    sessions: 400,
    leastPropensity: 0.05,
    longSessions: true,
    keepsModel: true,
    sessionEffect: 1,
  },
  'skewed dollars': { sessions: 2000, leastPropensity: 0.05, dollarSpread: 1.5 },
  'skewed dollars, long sessions, wrong outcome model': {
    sessions: 400,
    leastPropensity: 0.05,
    longSessions: true,
    sessionEffect: 0.7,
    dollarSpread: 1.2,
    wrongModel: true,
  },
  'labels near the threshold': { sessions: 2000, leastPropensity: 0.05, labelsUncertain: true },
}

const defaultThreshold = 0.6
const meanUsd = { strong: 0.02, weak: 0.002 }

/**
 * @param {LogKind} kind
 * @param {Random} random
 * @returns {LogRow[]}
 */
export function drawLog(kind, random) {
  const { slope = 8, threshold = defaultThreshold } = kind
  const rows = []
  for (let session = 0; session < kind.sessions; session++) {
    const { requests, effect, topic } = drawSession(kind, random)
    let propensity = Number.NaN
    let model = 'weak'
    for (const [turn, difficulty] of requests.entries()) {
      if (turn === 0 || !kind.keepsModel) {
        propensity = clamp(1 / (1 + Math.exp(-slope * (difficulty - 0.5))), kind.leastPropensity)
        model = random.next() < propensity ? 'strong' : 'weak'
      }
      const good = random.next() < goodWith(model, difficulty, effect) ? 1 : 0
      const labelProbability = kind.labelsUncertain && Math.abs(difficulty - threshold) > 0.15 ? 0.1 : 1
      rows.push({
        session: String(session),
        model,
        propensities: { strong: propensity, weak: 1 - propensity },
        quality: random.next() < labelProbability ? good : null,
        labelProbability,
        usd: meanUsd[model] * logNormal(kind.dollarSpread ?? 0.5, random),
        task: topic < 0.5 ? 'look-up' : 'reasoning',
        difficulty: kind.keepsModel ? requests[0] : difficulty,
      })
    }
  }
  return rows
}

/**
 * The policy to be estimated.
 *
 * @param {LogKind} kind
 * @returns {Target}
 */
export function targetOf({ threshold = defaultThreshold }) {
  return (row) => {
    const strong = row.difficulty > threshold ? 1 : 0
    return { strong, weak: 1 - strong }
  }
}

/**
 * Options of the estimate: an outcome model that is wrong, or none.
 *
 * @param {LogKind} kind
 * @returns {Options}
 */
export function optionsOf(kind) {
  return kind.wrongModel ? { expectedQuality: () => 0.5, expectedUsd: () => 0.01 } : {}
}

/**
 * The target's expected quality and dollars per request.
 *
 * @param {LogKind} kind
 * @param {Random} random
 */
export function truthOf(kind, random, sessions = 100_000) {
  const { threshold = defaultThreshold } = kind
  let [count, quality, usd] = [0, 0, 0]
  for (let session = 0; session < sessions; session++) {
    const { requests, effect } = drawSession(kind, random)
    for (const difficulty of requests) {
      const model = (kind.keepsModel ? requests[0] : difficulty) > threshold ? 'strong' : 'weak'
      count++
      quality += goodWith(model, difficulty, effect)
      usd += meanUsd[model]
    }
  }
  return { quality: quality / count, usd: usd / count }
}

function drawSession({ longSessions, sessionEffect = 0 }, random) {
  const count = longSessions ? Math.min(200, Math.ceil(3 * Math.exp(random.nextGaussian()))) : 1
  const topic = random.next()
  return {
    topic,
    effect: sessionEffect * random.nextGaussian(),
    requests: Array.from({ length: count }, () => 0.6 * topic + 0.4 * random.next()),
  }
}

function goodWith(model, difficulty, effect) {
  const logOdds = model === 'strong' ? 2.5 - 1.5 * difficulty : 2 - 4 * difficulty
  return 1 / (1 + Math.exp(-logOdds - effect))
}

/** Mean 1. */
function logNormal(spread, random) {
  return Math.exp(spread * random.nextGaussian() - (spread * spread) / 2)
}

function clamp(probability, least) {
  return Math.min(1 - least, Math.max(least, probability))
}

/**
 * Counts over the logs of a kind which intervals hold the truth.
 *
 * @param {LogKind} kind
 * @param {{
 *   logs: number,
 *   seed: number,
 *   createRandom: (seed: number) => Random,
 *   estimate: (rows: LogRow[], target: Target, options: Options) => any,
 *   truth: { quality: number, usd: number },
 * }} options
 * @returns {{ logs: number, refused: number, counts: Record<string, { held: number, width: number, squaredError: number }> }}
 */
export function coverageOf(kind, { logs, seed, createRandom, estimate, truth }) {
  const random = createRandom(seed)
  return countCoverage(logs, truth, () => estimate(drawLog(kind, random), targetOf(kind), optionsOf(kind)))
}

/**
 * @param {number} logs
 * @param {{ quality: number, usd: number }} truth
 * @param {() => any} estimate of a new log
 * @returns {ReturnType<typeof coverageOf>}
 */
export function countCoverage(logs, truth, estimate) {
  /** @type {Record<string, { held: number, width: number, squaredError: number }>} */
  const counts = {}
  let refused = 0
  for (let log = 0; log < logs; log++) {
    const result = estimate()
    if (result.kind === 'refused') {
      refused++
      continue
    }
    for (const outcome of /** @type {const} */ (['quality', 'usd']))
      for (const method of ['ips', 'selfNormalized', 'doublyRobust']) {
        const { interval, value } = result[outcome][method]
        const key = `${outcome} ${method}`
        counts[key] ??= { held: 0, width: 0, squaredError: 0 }
        const count = counts[key]
        if (interval[0] <= truth[outcome] && truth[outcome] <= interval[1]) count.held++
        count.width += (interval[1] - interval[0]) / logs
        count.squaredError += (value - truth[outcome]) ** 2 / logs
      }
  }
  return { logs, refused, counts }
}

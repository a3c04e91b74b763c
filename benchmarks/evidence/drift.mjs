// Simulated months of traffic for the drift detectors. test/promises and evidence.mjs run them.

/** @typedef {import('./logs.mjs').Random} Random */

export const sessionsPerDay = 200
export const days = 30
export const referenceSessions = 1000
const changeDay = 10

/**
 * @typedef {object} DriftKind
 * @property {'distribution' | 'mean'} detector of win rates, or of the share of strong calls
 * @property {boolean} [isCycle] win rates go up and down with the hour, which is the stratum
 * @property {number} [dayEffect] standard deviation of the days' log-odds. Default: 0
 * @property {boolean} [isCoarse] win rates have five values only
 * @property {number} [shift] of the log-odds of all win rates from day 10 on. Default: 0
 * @property {number} [mixture] fraction of sessions from day 10 on whose win rates are those of other prompts. Default: 0
 * @property {number} [share] probability of a strong call from day 10 on; before it is .3, and .25 to .35 is allowed
 */

/** @type {Readonly<Record<string, DriftKind>>} */
export const driftKinds = {
  'no drift': { detector: 'distribution' },
  'no drift, five different values': { detector: 'distribution', isCoarse: true },
  'no drift, hours that differ': { detector: 'distribution', isCycle: true },
  'no drift, days that differ by .1 of the log-odds': { detector: 'distribution', dayEffect: 0.1 },
  'no drift, days that differ by .2 of the log-odds': { detector: 'distribution', dayEffect: 0.2 },
  'share that wanders to its limit': { detector: 'mean', share: 0.35 },
  'log-odds +.4': { detector: 'distribution', shift: 0.4 },
  'log-odds +.6': { detector: 'distribution', shift: 0.6 },
  'a third other prompts': { detector: 'distribution', mixture: 0.33 },
  'half other prompts': { detector: 'distribution', mixture: 0.5 },
  'share .40': { detector: 'mean', share: 0.4 },
  'share .45': { detector: 'mean', share: 0.45 },
}

/** Whether the kind has no change, so that every alarm is unwanted. @param {string} name */
export const hasNoDrift = (name) => name.startsWith('no drift') || name.includes('to its limit')

/** Whether the false alarm rate is promised for the kind: days that differ much at random are not exchangeable. @param {string} name */
export const isPromisedQuiet = (name) => hasNoDrift(name) && !name.includes('differ by .2')

function drawScore({ isCycle, isCoarse, shift = 0, mixture = 0 }, hour, isChanged, day, random) {
  const isOther = isChanged && random.next() < mixture
  const cycle = isCycle ? 0.8 * Math.sin((2 * Math.PI * hour) / 24) : 0
  const logOdds = (isOther ? 1.5 : -1) + cycle + day + (isChanged ? shift : 0) + 0.8 * random.nextGaussian()
  const score = 1 / (1 + Math.exp(-logOdds))
  return isCoarse ? Math.round(4 * score) / 4 : score
}

/** Values of as many days as they fill. */
function drawReference(kind, count, hour, random) {
  let day = 0
  return Array.from({ length: count }, (_, session) => {
    if (session % sessionsPerDay === 0) day = (kind.dayEffect ?? 0) * random.nextGaussian()
    return drawScore(kind, hour, false, day, random)
  })
}

/**
 * @param {DriftKind} kind
 * @param {{
 *   runs: number,
 *   seed: number,
 *   falseAlarmRate: number,
 *   createRandom: (seed: number) => Random,
 *   createDistributionDrift: (options: any) => any,
 *   createMeanDrift: (options: any) => any,
 * }} options
 * @returns {{ runs: number, alarms: number, medianDelay: number | null }} `medianDelay`: sessions from the change to the alarm, of the runs with one
 */
export function runDrift(kind, options) {
  const { runs, seed, falseAlarmRate, createRandom, createDistributionDrift, createMeanDrift } = options
  const random = createRandom(seed)
  const planned = sessionsPerDay * days
  const delays = []
  for (let run = 0; run < runs; run++) {
    let detector
    if (kind.detector === 'mean')
      detector = createMeanDrift({ falseAlarmRate, planned, least: 0.25, most: 0.35 })
    else {
      const reference = Array.from({ length: kind.isCycle ? 24 : 1 }, (_, hour) =>
        drawReference(kind, kind.isCycle ? 50 : referenceSessions, hour, random),
      )
      detector = createDistributionDrift({ falseAlarmRate, planned, reference, random })
    }
    let day = 0
    for (let session = 0; session < planned && detector.alarm() === null; session++) {
      if (session % sessionsPerDay === 0) day = (kind.dayEffect ?? 0) * random.nextGaussian()
      const hour = Math.floor((24 * (session % sessionsPerDay)) / sessionsPerDay)
      const isChanged = session >= changeDay * sessionsPerDay
      if (kind.detector === 'mean')
        detector.add(random.next() < (isChanged ? (kind.share ?? 0.3) : 0.3) ? 1 : 0)
      else detector.add(drawScore(kind, hour, isChanged, day, random), kind.isCycle ? hour : 0)
    }
    const alarm = detector.alarm()
    if (alarm !== null) delays.push(alarm.values - changeDay * sessionsPerDay)
  }
  delays.sort((one, other) => one - other)
  return {
    runs,
    alarms: delays.length,
    medianDelay: delays.length === 0 ? null : delays[Math.floor(delays.length / 2)],
  }
}

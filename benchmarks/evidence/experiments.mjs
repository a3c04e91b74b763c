// Simulated experiments, looked at after every session. test/promises and evidence.mjs run them.

/** @typedef {import('./logs.mjs').Random} Random */

/**
 * @typedef {object} ExperimentKind
 * @property {number} treatmentShare
 * @property {readonly [control: number, treatment: number]} quality mean of an answer's quality, .1 to .9
 * @property {readonly [control: number, treatment: number]} usd mean dollars of a session, log-normal with σ = 1
 * @property {number} [swing] both arms' quality goes up and down by this over 1,000 sessions. Default: 0
 */

/** @type {Readonly<Record<string, ExperimentKind>>} */
export const experimentKinds = {
  'arms alike': { treatmentShare: 0.5, quality: [0.8, 0.8], usd: [0.02, 0.02] },
  'arms alike, one session in ten': { treatmentShare: 0.1, quality: [0.8, 0.8], usd: [0.02, 0.02] },
  'arms alike, traffic that changes': {
    treatmentShare: 0.5,
    quality: [0.7, 0.7],
    usd: [0.02, 0.02],
    swing: 0.1,
  },
  'a third cheaper, as good': { treatmentShare: 0.5, quality: [0.8, 0.8], usd: [0.03, 0.02] },
  'a tenth cheaper, as good': { treatmentShare: 0.5, quality: [0.8, 0.8], usd: [0.02, 0.018] },
  'a third cheaper, two points worse': { treatmentShare: 0.5, quality: [0.8, 0.78], usd: [0.03, 0.02] },
  'a third cheaper, five points worse': { treatmentShare: 0.5, quality: [0.8, 0.75], usd: [0.03, 0.02] },
  'a third cheaper, ten points worse': { treatmentShare: 0.5, quality: [0.8, 0.7], usd: [0.03, 0.02] },
}

export const mostUsdPerSession = 0.2

/** Cheaper, and at most two points worse; stops if five points worse by the interval. */
export const rules = {
  success: [
    { outcome: 'quality', of: 'difference', is: 'above', limit: -0.02 },
    { outcome: 'usd', of: 'difference', is: 'below', limit: 0 },
  ],
  guards: [
    { outcome: 'quality', of: 'difference', is: 'below', limit: -0.02 },
    { outcome: 'usd', of: 'difference', is: 'above', limit: 0 },
  ],
}

/**
 * @param {ExperimentKind} kind
 * @param {number} number of the session, from 0
 * @param {Random} random
 */
export function drawExperimentSession({ treatmentShare, quality, usd, swing = 0 }, number, random) {
  const isTreatment = random.next() < treatmentShare
  const place = isTreatment ? 1 : 0
  const mean = quality[place] + swing * Math.sin((2 * Math.PI * number) / 1000)
  // Half of the sessions are one request; the answers of the others are alike.
  const requests = random.next() < 0.5 ? 1 : 5
  const chance = requests === 1 ? mean : mean + (random.next() < 0.5 ? 0.1 : -0.1)
  let good = 0
  for (let request = 0; request < requests; request++) if (random.next() < chance) good++
  return {
    arm: /** @type {'control' | 'treatment'} */ (isTreatment ? 'treatment' : 'control'),
    began: number,
    quality: good / requests,
    usd: usd[place] * Math.exp(random.nextGaussian() - 0.5),
  }
}

/**
 * Runs experiments to their verdict and looks after every session.
 *
 * @param {ExperimentKind} kind
 * @param {{
 *   runs: number,
 *   seed: number,
 *   sessions: number,
 *   createRandom: (seed: number) => Random,
 *   createMonitor: (plan: any) => any,
 * }} options `sessions` planned; four times as many at most
 */
export function runExperiments(kind, { runs, seed, sessions, createRandom, createMonitor }) {
  const random = createRandom(seed)
  const verdicts = { success: 0, guard: 0, 'sample-ratio': 0, undecided: 0 }
  /** Runs in which an interval excluded a difference of 0 at some time. */
  const excluded = { quality: 0, usd: 0 }
  const lengths = []
  for (let run = 0; run < runs; run++) {
    const monitor = createMonitor({
      treatmentShare: kind.treatmentShare,
      plannedSessions: sessions,
      mostUsdPerSession,
      ...rules,
    })
    const seen = { quality: false, usd: false }
    let status = monitor.status()
    for (let number = 0; status.verdict.kind === 'running'; number++) {
      monitor.add(drawExperimentSession(kind, number, random))
      status = monitor.status()
      for (const outcome of ['quality', 'usd']) {
        const [low, high] = status.differences[outcome].interval
        if (low > 0 || high < 0) seen[outcome] = true
      }
    }
    verdicts[status.verdict.kind]++
    for (const outcome of ['quality', 'usd']) if (seen[outcome]) excluded[outcome]++
    lengths.push(status.sessions.control + status.sessions.treatment)
  }
  lengths.sort((one, other) => one - other)
  return { runs, verdicts, excluded, medianSessions: lengths[Math.floor(runs / 2)] }
}

// Simulated months in which a candidate is compared each night with the router in service. test/promises and evidence.mjs run them.

/** @typedef {import('./logs.mjs').Random} Random */

/**
 * @typedef {object} CandidateKind
 * @property {number} differs fraction of sessions in which the two routers choose different models
 * @property {number} loss the quality that the candidate loses on average, of all sessions
 * @property {number} saving the fraction of dollars that it saves where they differ; negative: it is dearer
 * @property {boolean} isWrong whether a promotion is wrong at the margin of .02
 */

/** @type {Readonly<Record<string, CandidateKind>>} */
export const candidateKinds = {
  'as good and as dear': { differs: 0.3, loss: 0, saving: 0, isWrong: true },
  'cheaper, quality at the margin': { differs: 0.3, loss: 0.02, saving: 0.6, isWrong: true },
  'cheaper, rare losses beyond the margin': { differs: 0.03, loss: 0.022, saving: 0.6, isWrong: true },
  'better and a little dearer': { differs: 0.3, loss: -0.02, saving: -0.1, isWrong: true },
  'cheaper and as good': { differs: 0.3, loss: 0, saving: 0.6, isWrong: false },
  'cheaper and better': { differs: 0.3, loss: -0.02, saving: 0.6, isWrong: false },
}

export const nights = 30
/** Labelled sessions a night; each night compares on those of the last seven. */
const sessionsPerNight = 400
const window = 7

/** @param {CandidateKind} kind @param {Random} random */
function drawSession({ differs, loss, saving }, random) {
  const usd = 0.02 * Math.exp(random.nextGaussian() - 0.5)
  const isGood = random.next() < 0.8
  const inService = { quality: isGood ? 1 : 0, usd }
  if (random.next() >= differs) return { inService, candidate: inService }
  // Answers of another model: gains and losses happen in pairs, but for the loss.
  const both = Math.max(Math.abs(loss) / differs, 0.1)
  const uniform = random.next()
  const lost = both / 2 + loss / differs / 2
  const gained = both / 2 - loss / differs / 2
  const change = uniform < lost ? -1 : uniform < lost + gained ? 1 : 0
  return {
    inService: { quality: change === 0 ? inService.quality : change < 0 ? 1 : 0, usd },
    candidate: {
      quality: change === 0 ? inService.quality : change < 0 ? 0 : 1,
      usd: usd * (1 - saving) * Math.exp(random.nextGaussian() / 2 - 0.125),
    },
  }
}

/**
 * @param {CandidateKind} kind
 * @param {{ runs: number, seed: number, createRandom: (seed: number) => Random, decide: (sessions: any[], options: any) => any }} options
 * @returns {{ runs: number, promoted: number, medianNight: number | null }}
 */
export function runPromotions(kind, { runs, seed, createRandom, decide }) {
  const random = createRandom(seed)
  const promotedOn = []
  for (let run = 0; run < runs; run++) {
    const sessions = []
    for (let night = 1; night <= nights; night++) {
      for (let each = 0; each < sessionsPerNight; each++) sessions.push(drawSession(kind, random))
      if (!decide(sessions.slice(-window * sessionsPerNight), { attempts: nights }).promoted) continue
      promotedOn.push(night)
      break
    }
  }
  promotedOn.sort((one, other) => one - other)
  return {
    runs,
    promoted: promotedOn.length,
    medianNight: promotedOn[Math.floor(promotedOn.length / 2)] ?? null,
  }
}

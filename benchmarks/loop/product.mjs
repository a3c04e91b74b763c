// The product's own parts as the simulated months use them: the built-in router, its calibration, and a cycle of `routellm learn`.
// The functions are given, from dist/ by loop.mjs and from src/ by the tests.
import { trustedKeys } from './feedback.mjs'

const pair = { strong: 'strong', weak: 'weak' }

/**
 * @param {{ direction: Float32Array }} prior the built-in router, as `loadPriorRouter` gives it
 * @param {{ embedNow: (text: string) => Float32Array }} embedder
 * @returns {(text: string) => number}
 */
export function builtinWinRates({ direction }, embedder) {
  return (text) => {
    const vector = embedder.embedNow(text)
    return 1 / (1 + Math.exp(-direction.reduce((sum, weight, place) => sum + weight * vector[place], 0)))
  }
}

/**
 * An embedder that reads each text once: months have the same prompts.
 *
 * @template {{ embedNow: (text: string) => Float32Array }} Embedder
 * @param {Embedder} embedder @returns {Embedder}
 */
export function rememberVectors(embedder) {
  const known = new Map()
  return {
    ...embedder,
    embedNow(text) {
      const before = known.get(text)
      if (before !== undefined) return before
      const vector = embedder.embedNow(text).slice()
      known.set(text, vector)
      return vector
    },
  }
}

/** The cheapest threshold with the guarantee, as for a candidate; all to the strong model if there is none. */
export function createCalibration(guaranteedThreshold, promise) {
  return (labels) => {
    const guarantee = guaranteedThreshold(
      labels.map(({ winRate, isLost }) => ({ strongWinRate: winRate, weakLoses: isLost })),
      promise,
    )
    return guarantee.possible ? guarantee.threshold : 0
  }
}

/**
 * @param {readonly import('./world.mjs').WorldPrompt[]} world
 * @param {{ runCycle: Function, embedder: object, prior: object, promise: { maxLoss: number, confidence: number }, mostTrained: number }} tools
 * @returns {import('./simulate.mjs').Cycle}
 */
export function createCycle(world, { runCycle, embedder, prior, promise, mostTrained }) {
  const places = new Map(world.map(({ text }, place) => [text, place]))
  return async (rows, { winRate, threshold }, { now, attempts, attack, seed }) => {
    const router = { name: 'in-service', strongWinRate: ({ text }) => winRate(places.get(text)) }
    const { promoted, why, candidate } = await runCycle(
      rows,
      { router, threshold },
      {
        ...promise,
        pair,
        name: 'learned',
        now,
        attempts,
        seed,
        embedder,
        prior,
        mostTrained,
        trustedKeys: attack?.decides ? trustedKeys : [],
        trustsUnnamed: false,
      },
    )
    return { promoted, why, candidate: candidate && inServiceOf(world, candidate) }
  }
}

function inServiceOf(world, { router, threshold }) {
  const known = new Float64Array(world.length).fill(Number.NaN)
  return {
    threshold,
    winRate: (place) => {
      if (Number.isNaN(known[place])) known[place] = router.strongWinRate({ text: world[place].text })
      return known[place]
    },
  }
}

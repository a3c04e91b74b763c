/** Evidence against the mean being at most a limit. The probability that it ever reaches 1/α is at most α if it is. */
export type MeanBet = {
  /** @param value in [0, 1]. @returns the evidence, from 0; it begins at 1. */
  add(value: number): number
  state(): MeanBetState
}

export type MeanBetState = {
  readonly count: number
  readonly capital: number
  /** Exponentially weighted, over about 150 values. */
  readonly mean: number
  readonly variance: number
}

const decay = 1 / 150
/** Of the limit: more could lose all capital at once. */
const mostStake = 0.75

/**
 * Betting against "each value's expectation, given those before, is at most `limit`": capital times 1 + λ(x − limit), with
 * λ ≥ 0 chosen from the values before (Waudby-Smith and Ramdas 2024, section 4). λ = d/(s² + d²), at most .75/limit, d being
 * how far the recent mean is above the limit and s² the recent variance (their approximate growth-adaptive bet, on
 * exponentially weighted values so that it follows a change). With d ≤ 0 nothing is bet, and nothing lost.
 *
 * The capital comes into play in `planned` equal parts, one for each value, as in `createUniformityTest`.
 *
 * @param limit in (0, 1).
 */
export function createMeanBet(limit: number, planned: number, state?: MeanBetState): MeanBet {
  let { count, capital, mean, variance } = state ?? { count: 0, capital: 0, mean: limit, variance: 0.25 }
  return {
    add(value) {
      count++
      const excess = Math.max(0, mean - limit)
      const stake = Math.min(mostStake / limit, excess / (variance + excess * excess))
      capital = (capital + (count <= planned ? 1 / planned : 0)) * (1 + stake * (value - limit))
      variance += decay * ((value - mean) ** 2 - variance)
      mean += decay * (value - mean)
      return capital + Math.max(0, 1 - count / planned)
    },
    state: () => ({ count, capital, mean, variance }),
  }
}

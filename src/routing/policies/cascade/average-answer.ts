import type { Escalation } from '../../verifiers/choose-route.ts'

/** What a verifier is expected to do with the answer to a prompt that nobody scored. */
export type AverageAnswer = Escalation & {
  /** Mean win rate of the strong model over the answers, in [0, 1]. */
  readonly strongWinRate: number
}

/**
 * The average over the answers whose win rates have these quantiles: evenly spaced, ascending, interpolated linearly. The
 * win rates count as probabilities: a kept answer with the win rate w is wrong with the probability w.
 */
export function findAverageAnswer(quantiles: readonly number[], threshold: number): AverageAnswer {
  return {
    strongWinRate: integrateBelow(quantiles, Number.POSITIVE_INFINITY),
    escalationRate: shareFrom(quantiles, threshold),
    loss: integrateBelow(quantiles, threshold),
  }
}

/** The share of the values that are at or above a threshold. */
function shareFrom(quantiles: readonly number[], threshold: number): number {
  const last = quantiles.length - 1
  const above = quantiles.findIndex((value) => value >= threshold)
  if (above === -1) return 0
  if (above === 0 || last === 0) return 1
  const [low, high] = [quantiles[above - 1]!, quantiles[above]!]
  return 1 - (above - 1 + (threshold - low) / (high - low)) / last
}

/** The mean of the values with those at or above a threshold as 0. */
function integrateBelow(quantiles: readonly number[], threshold: number): number {
  const last = quantiles.length - 1
  if (last === 0) return quantiles[0]! < threshold ? quantiles[0]! : 0
  let sum = 0
  for (let place = 1; place <= last; place++) {
    const [low, high] = [quantiles[place - 1]!, quantiles[place]!]
    if (high < threshold) sum += (low + high) / 2
    else if (low < threshold) sum += ((low + threshold) / 2) * ((threshold - low) / (high - low))
  }
  return sum / last
}

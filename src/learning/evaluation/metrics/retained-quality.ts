import { createRandom } from '../../../base/math/random.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { bootstrapIntervalInSteps } from './bootstrap.ts'

/** A labelled request with its win rate. */
export type QualityRow = {
  readonly prompt: string
  readonly strongWinRate: number
  readonly strongScore: number
  readonly weakScore: number
  readonly weight?: number
}

/**
 * The bootstrap interval of the quality that a threshold keeps: mean score if routed / mean score of the strong model,
 * both on the same resampled prompts, each with all its rows. The threshold is fixed, so the interval does not include
 * how it was chosen.
 *
 * Throws `DataError` `too-few-rows`.
 *
 * @yields after each resample.
 */
export function retainedQualityInterval(
  rows: readonly QualityRow[],
  threshold: number,
  { confidence, seed }: { readonly confidence: number; readonly seed: number },
): Generator<void, Interval> {
  const sums = new Map<string, { strong: number; routed: number }>()
  for (const { prompt, strongWinRate, strongScore, weakScore, weight = 1 } of rows) {
    const sum = sums.get(prompt) ?? { strong: 0, routed: 0 }
    sum.strong += weight * strongScore
    sum.routed += weight * (strongWinRate >= threshold ? strongScore : weakScore)
    sums.set(prompt, sum)
  }
  const prompts = [...sums.values()]
  const quality = (counts: ArrayLike<number>) => {
    let strong = 0
    let routed = 0
    prompts.forEach((sum, index) => {
      strong += counts[index]! * sum.strong
      routed += counts[index]! * sum.routed
    })
    return strong > 0 ? routed / strong : Number.NaN
  }
  return bootstrapIntervalInSteps(quality, { rows: prompts.length, random: createRandom(seed), confidence })
}

import { sigmoid } from '../../../base/math/sigmoid.ts'
import { fitOffset, fitPlattInSteps } from '../../../routing/calibration/platt.ts'
import type { WinRateScale } from '../../../routing/routers/few_label/parameters.ts'

/** Prior mean of the slope: the rise of the log-odds per standard deviation of the score. */
const expectedSlope = 0.4
/** Weight of the prior, as a number of labels. */
const pseudoLabels = 10
/** A score that the labels contradict still orders prompts; its win rates are nearly constant. */
const smallestSlope = 0.05

/**
 * The scale that makes a score the probability that the strong model's answer is strictly better: Platt's regression on
 * scores from fits without the prompt, with a weak prior (two pseudo-labels of `pseudoLabels`/2 each, one standard
 * deviation below and above the mean), which prevents certainty from few labels. The slope is always positive, so win
 * rates have the order of the scores.
 *
 * @yields after each iteration of the regression.
 * @param wins share of each prompt's comparisons that the strong model won. @param weights one per prompt.
 */
export function* fitWinRateScale(
  scores: Float64Array,
  wins: Float64Array,
  weights: Float64Array,
): Generator<void, WinRateScale> {
  const { mean, deviation } = momentsOf(scores)
  if (deviation === 0)
    return { slope: smallestSlope, offset: yield* fitOffset(smallestSlope, scores, wins, weights) }
  const won = wins.reduce((sum, share, row) => sum + share * weights[row]!, 0)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  // One more label on each side keeps the base rate off 0 and 1.
  const base = Math.log((won + 1) / (total - won + 1))
  const believed = [-1, 1] as const
  const { slope } = yield* fitPlattInSteps(
    [...scores, ...believed.map((side) => mean + side * deviation)],
    [...wins, ...believed.map((side) => sigmoid(base + side * expectedSlope))],
    [...weights, ...believed.map(() => pseudoLabels / 2)],
  )
  const positive = Math.max(slope, smallestSlope / deviation)
  const middle = sigmoid(base)
  return {
    slope: positive,
    offset: yield* fitOffset(positive, [...scores, mean], [...wins, middle], [...weights, 1]),
  }
}

function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) }
}

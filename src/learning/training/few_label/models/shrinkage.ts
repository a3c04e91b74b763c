/** How far predictions are drawn towards the mean: kept · (prediction − centre) + mean. */
export type Shrinkage = {
  /** From 0, nothing, on. */
  readonly kept: number
  /** Mean of the predictions. */
  readonly centre: number
  /** Mean of the target. */
  readonly mean: number
}

/**
 * The share of predictions that their agreement with the target supports. With b the slope of the target on predictions of fits
 * without the prompt, and t = b / its standard error: kept = b · (1 − 1/t²) if b > 0 and t > 1, else 0 (the positive part of James
 * and Stein 1961, for one coefficient).
 *
 * @param predictions left-out ones.
 */
export function shrinkage(target: Float64Array, predictions: Float64Array, weights: Float64Array): Shrinkage {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const meanOf = (values: Float64Array) =>
    values.reduce((sum, value, row) => sum + weights[row]! * value, 0) / total
  const [mean, centre] = [meanOf(target), meanOf(predictions)]
  let [product, spread, variance] = [0, 0, 0]
  for (let row = 0; row < target.length; row++) {
    const [x, y, weight] = [predictions[row]! - centre, target[row]! - mean, weights[row]!]
    product += weight * x * y
    spread += weight * x * x
    variance += weight * y * y
  }
  if (!(product > 0)) return { kept: 0, centre, mean }
  const slope = product / spread
  const unexplained = variance - slope * product
  const squaredT = (slope * product * target.length) / Math.max(unexplained, Number.MIN_VALUE)
  return { kept: slope * Math.max(0, 1 - 1 / squaredT), centre, mean }
}

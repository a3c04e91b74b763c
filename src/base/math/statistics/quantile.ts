import { InvalidRequestError } from '../../../errors.ts'

/**
 * The quantile of values that are sorted ascending, interpolated linearly between neighbours: numpy's `quantile`
 * with its default method, its rounding included.
 *
 * Throws `InvalidRequestError` if there are no values or `probability` is outside [0, 1].
 */
export function quantile(sortedAscending: ArrayLike<number>, probability: number): number {
  if (sortedAscending.length === 0) {
    throw new InvalidRequestError('no-values', 'A quantile needs at least one value, got none.')
  }
  if (!(probability >= 0 && probability <= 1)) {
    throw new InvalidRequestError(
      'invalid-probability',
      `The probability of a quantile is between 0 and 1, got ${probability}.`,
    )
  }
  const position = probability * (sortedAscending.length - 1)
  const below = Math.floor(position)
  const above = Math.min(below + 1, sortedAscending.length - 1)
  const lower = sortedAscending[below]!
  const upper = sortedAscending[above]!
  const fraction = position - below
  return fraction >= 0.5 ? upper - (upper - lower) * (1 - fraction) : lower + (upper - lower) * fraction
}

/** `count` quantiles at evenly spaced probabilities 0 … 1 of values in any order. @param count at least 2. */
export function evenQuantiles(values: ArrayLike<number>, count: number): number[] {
  const sorted = Float64Array.from(values).sort()
  return Array.from({ length: count }, (_, index) => quantile(sorted, index / (count - 1)))
}

/** The two ends of an interval of values. */
export type Interval = readonly [low: number, high: number]

/** The middle 95 % of values in any order: their 2.5 % and 97.5 % quantiles. */
export function middleInterval(values: Float64Array): Interval {
  const sorted = values.slice().sort()
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)]
}

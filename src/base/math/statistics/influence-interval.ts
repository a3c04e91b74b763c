import { InvalidRequestError } from '../../../errors.ts'
import { leastEffectiveUnits, leastUnits } from './few-units.ts'
import type { Interval } from './quantile.ts'
import { studentQuantile } from './student.ts'

/** A confidence interval and what it was made of. */
export type InfluenceInterval = {
  readonly interval: Interval
  readonly standardError: number
  /**
   * (Σ u²)² / Σ u⁴: the number of units of equal influence that would say as much about the variance. A handful means that a
   * few units make the estimate.
   */
  readonly effectiveUnits: number
}

/** With fewer, the quantile is decided by digits of the units that say nothing. */
const fewestDegrees = 2

/**
 * The interval of an estimate that is, but for smaller terms, its truth plus the sum of one influence u of each independent
 * unit: a mean, a ratio of sums, a difference of such. The standard error is √(m/(m − 1) · Σ u²).
 *
 * The ends are the outer ones of two intervals: Student's, and that of the monotone cubic transformation that takes the
 * skewness out of the studentised estimate (Hall, Journal of the Royal Statistical Society B 54, 1992: with A = γ/3,
 * γ = Σ u³ / (Σ u²)^1.5, the t of which g(t) = t + A t² + A² t³/3 + γ/6 equals x is (∛(1 + 3A(x − γ/6)) − 1)/A).
 * Both use Student's quantile with `effectiveUnits` − 1 degrees of freedom, at least 2, in place of the normal one.
 *
 * Not of the source, and chosen by simulations (docs/evidence.md): the outer ends and the degrees of freedom, because Student's
 * interval covers too rarely if dollars are skewed, and the transformed one if a few sessions are much longer than the others;
 * and that g goes on as a straight line where its slope (1 + A t)² would be below ¼. It is 0 at t = −1/A, and near it a little
 * more of one unit would double the distance of an end.
 *
 * @param influences one for each independent unit, which sum to about 0; at least 2.
 * @param confidence in (0, 1).
 * @throws `InvalidRequestError` (`no-values`) if there are fewer than two units, `invalid-confidence`.
 */
export function influenceInterval(
  estimate: number,
  influences: Float64Array,
  confidence: number,
): InfluenceInterval {
  if (influences.length < 2)
    throw new InvalidRequestError(
      'no-values',
      `An interval needs at least two independent units, got ${influences.length}.`,
    )
  if (!(confidence > 0 && confidence < 1))
    throw new InvalidRequestError(
      'invalid-confidence',
      `The confidence is between 0 and 1, got ${confidence}.`,
    )
  // By index and with products: a curve has a thousand intervals of thousands of units.
  const units = influences.length
  // In units of the largest influence, so that fourth powers of nano-dollars do not vanish.
  let largest = 0
  for (let unit = 0; unit < units; unit++) largest = Math.max(largest, Math.abs(influences[unit]!))
  if (largest === 0) return { interval: [estimate, estimate], standardError: 0, effectiveUnits: units }
  let [squares, cubes, fourths] = [0, 0, 0]
  for (let unit = 0; unit < units; unit++) {
    const scaled = influences[unit]! / largest
    const square = scaled * scaled
    squares += square
    cubes += square * scaled
    fourths += square * square
  }
  const standardError = largest * Math.sqrt((squares * units) / (units - 1))
  const effectiveUnits = (squares * squares) / fourths
  const most = studentQuantile(confidence, Math.max(fewestDegrees, effectiveUnits - 1))
  const skewness = cubes / squares ** 1.5
  const low = Math.max(most, untransformed(most, skewness))
  const high = Math.min(-most, untransformed(-most, skewness))
  return {
    interval: [estimate - low * standardError, estimate - high * standardError],
    standardError,
    effectiveUnits,
  }
}

/**
 * The interval of what differences of the same units make; null if there are fewer than `leastUnits`, or if fewer than
 * `leastEffectiveUnits` of them make it: of one unit that differs, or of none, nobody knows how often others would.
 *
 * @param differences one for each unit: those that are 0 make nothing.
 * @param influences as for `influenceInterval`.
 */
export function intervalOfDifference(
  estimate: number,
  differences: Float64Array,
  influences: Float64Array,
  confidence: number,
): Interval | null {
  if (influences.length < leastUnits) return null
  let [squares, fourths] = [0, 0]
  for (let unit = 0; unit < differences.length; unit++) {
    const square = differences[unit]! * differences[unit]!
    squares += square
    fourths += square * square
  }
  if (squares === 0 || squares ** 2 < leastEffectiveUnits * fourths) return null
  return influenceInterval(estimate, influences, confidence).interval
}

/** Hall's inverse transformation, with g as a line where 1 + A t is below ½. `skewness` is that of the sum: γ/√n of n equal units. */
function untransformed(x: number, skewness: number): number {
  const a = skewness / 3
  const centred = x - skewness / 6
  // The cube root less 1 has no digits left for a small a.
  if (Math.abs(a) < 1e-5) return centred - a * centred * centred
  // 1 + A t
  const root = Math.cbrt(1 + 3 * a * centred)
  if (root >= 1 / 2) return (root - 1) / a
  // The line through t = −1/(2A), where g − γ/6 = −7/(24A), with the slope ¼.
  return -1 / (2 * a) + 4 * (centred + 7 / (24 * a))
}

import { normalQuantile95 } from './proportion.ts'
import type { Interval } from './quantile.ts'
import { studentQuantile } from './student.ts'

/** The minimum number of units, such as days or users, to resample. Fewer say little about how units differ. */
export const leastUnits = 14
/** The minimum effective number of units (`effectiveNumber`), which is less than their number if a few are large. */
export const leastEffectiveUnits = 5

/** (Σ size)² / Σ size²: the number of units of equal size that would vary as much. No size: the units are not compared. */
export function effectiveNumber(sizes: Float64Array): number {
  const sum = sizes.reduce((all, size) => all + size, 0)
  const squares = sizes.reduce((all, size) => all + size * size, 0)
  return squares === 0 ? Number.POSITIVE_INFINITY : (sum * sum) / squares
}

/**
 * Percentile intervals of few units are too narrow. They are widened around the estimate by t / 1.96 · √(g / (g − 1)), t
 * being the 97.5 % quantile of Student's distribution with g − 1 degrees of freedom, and g the effective number of units
 * (Carter, Schnepel and Steigerwald, Review of Economics and Statistics 2017).
 */
export function wideningOfFewUnits(units: number): number {
  return (studentQuantile(0.95, units - 1) / normalQuantile95) * Math.sqrt(units / (units - 1))
}

/** The interval with its distances from the estimate times `factor`, within limits. */
export function widenInterval(
  [low, high]: Interval,
  estimate: number,
  factor: number,
  [least, most]: Interval = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
): Interval {
  return [
    Math.max(least, estimate - factor * Math.max(0, estimate - low)),
    Math.min(most, estimate + factor * Math.max(0, high - estimate)),
  ]
}

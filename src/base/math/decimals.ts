/**
 * Comparisons of decimals that went through sums or differences: .9 − .6 is .30000000000000004 in binary fractions, and
 * is still not above .3. Two numbers are equal here if they differ by at most 10⁻¹² of the larger one. So compare two
 * quantities (`isAbove(strong, weak + margin)`) and not their difference with 0, whose rounding is not relative to it.
 *
 * Every comparison of a computed score, loss, price or metric with a limit uses these. Win rates and thresholds are
 * compared exactly, because neither is computed from the other.
 */
export function isAbove(value: number, limit: number): boolean {
  return value > limit && !isNear(value, limit)
}

export function isBelow(value: number, limit: number): boolean {
  return value < limit && !isNear(value, limit)
}

export function isAtLeast(value: number, limit: number): boolean {
  return value >= limit || isNear(value, limit)
}

export function isAtMost(value: number, limit: number): boolean {
  return value <= limit || isNear(value, limit)
}

function isNear(value: number, limit: number): boolean {
  if (!Number.isFinite(value) || !Number.isFinite(limit)) return false
  return Math.abs(value - limit) <= 1e-12 * Math.max(Math.abs(value), Math.abs(limit))
}

const monthMs = 30 * 86_400_000

/**
 * The error rate of one attempt, so that all attempts of 30 days together have `errorRate` (Bonferroni's inequality): equal parts
 * if they are scheduled; else 6/(π²k²) of it for the k-th, whose sum over all k is 1.
 *
 * @param every milliseconds between attempts; undefined: they are not scheduled.
 * @param before attempts of the last 30 days.
 */
export function attemptErrorRate(errorRate: number, every: number | undefined, before: number): number {
  if (every !== undefined) return errorRate / Math.max(1, Math.ceil(monthMs / every), before + 1)
  return (errorRate * 6) / (Math.PI * (before + 1)) ** 2
}

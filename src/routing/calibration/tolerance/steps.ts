/**
 * A loss is within a tolerance up to this much above it: qualities are written with few decimals, and 0.9 − 0.85 is
 * 5 · 10⁻¹⁷ more than 0.05 in floating point.
 */
export const toleranceRounding = 1e-9

/** What a policy chooses for one request from a tolerance on, up to the next step. */
export type ToleranceStep = {
  /** The predicted loss against the best candidate that must be tolerated, 0 or more. */
  readonly from: number
  /** Position of the candidate. */
  readonly candidate: number
}

/**
 * The choices of "the cheapest candidate whose predicted loss against the best is within the tolerance" at every tolerance:
 * by rising `from`, the first from 0 on. Later steps never cost more.
 *
 * @param scores [candidates] predicted qualities, of which a difference is a predicted loss; NaN for a candidate that is
 *   excluded. At least one is a number.
 * @param usd [candidates] expected dollars; null for an unpriced one, which counts as the dearest.
 *
 * Of equally cheap candidates the one with the better score is chosen, then the first.
 */
export function findToleranceSteps(
  scores: ArrayLike<number>,
  usd: readonly (number | null)[],
): ToleranceStep[] {
  const able = usd.map((_, candidate) => candidate).filter((candidate) => !Number.isNaN(scores[candidate]))
  const best = able.reduce((most, candidate) => Math.max(most, scores[candidate]!), Number.NEGATIVE_INFINITY)
  const byLoss = able
    .map((candidate) => ({ candidate, from: best - scores[candidate]! }))
    .sort((one, other) => one.from - other.from || one.candidate - other.candidate)
  const steps: ToleranceStep[] = []
  for (const step of byLoss) {
    const last = steps.at(-1)
    const isCheaper = last === undefined || dollarsOf(usd[step.candidate]) < dollarsOf(usd[last.candidate])
    if (!isCheaper) continue
    if (last?.from === step.from) steps.pop()
    steps.push(step)
  }
  return steps
}

/** The candidate that is chosen at a tolerance of 0 or more. */
export function stepAt<Step extends Pick<ToleranceStep, 'from'>>(
  steps: readonly Step[],
  tolerance: number,
): Step {
  return steps.findLast(({ from }) => from <= tolerance + toleranceRounding) ?? steps[0]!
}

function dollarsOf(usd: number | null | undefined): number {
  return usd ?? Number.POSITIVE_INFINITY
}

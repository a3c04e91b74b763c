import { toleranceRounding } from '../../calibration/tolerance/steps.ts'
import type { Candidate } from '../choice.ts'

/**
 * The position of the cheapest candidate that is good enough: not excluded, and with a predicted loss against the best
 * of those that are not excluded of at most `tolerance`.
 *
 * A candidate without expected dollars counts as the dearest. Of equally cheap ones the better is chosen, of equally
 * good ones the first.
 *
 * @param scores [candidates], finite for those that are not excluded; the difference of two is a loss.
 * @returns -1 if every candidate is excluded.
 */
export function findCheapestGoodEnough(
  candidates: readonly Candidate[],
  scores: ArrayLike<number>,
  tolerance: number,
): number {
  const best = findBest(candidates, scores)
  if (best < 0) return -1
  const leastScore = scores[best]! - tolerance - toleranceRounding
  let found = best
  for (let index = 0; index < candidates.length; index++) {
    if (candidates[index]!.excluded !== null || scores[index]! < leastScore) continue
    const difference = compareUsd(candidates[index]!, candidates[found]!)
    if (difference < 0 || (difference === 0 && scores[index]! > scores[found]!)) found = index
  }
  return found
}

/** The position of the first candidate with the highest score of those that are not excluded; -1 if there is none. */
export function findBest(candidates: readonly Candidate[], scores: ArrayLike<number>): number {
  let best = -1
  for (let index = 0; index < candidates.length; index++) {
    if (candidates[index]!.excluded !== null) continue
    if (best < 0 || scores[index]! > scores[best]!) best = index
  }
  return best
}

/** Negative if the first costs less. Unpriced counts as the dearest; two unpriced ones are equal. */
export function compareUsd({ usd: one }: Candidate, { usd: other }: Candidate): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null)
  return one - other
}

/**
 * The tolerance nearest to `tolerance` where the choice changes; null if there is none. It is a loss of a candidate: below the
 * chosen one's another candidate is chosen, and from a cheaper one's on as well.
 */
export function findFlip(
  candidates: readonly Candidate[],
  scores: ArrayLike<number>,
  chosen: number,
  tolerance: number,
): number | null {
  const best = findBest(candidates, scores)
  const lossOf = (index: number) => Math.max(0, scores[best]! - scores[index]!)
  const losses = candidates.flatMap(({ excluded }, index) => {
    if (excluded !== null) return []
    if (index === chosen) return lossOf(index) > 0 ? lossOf(index) : []
    return compareUsd(candidates[index]!, candidates[chosen]!) < 0 ? lossOf(index) : []
  })
  const nearest = losses.toSorted((a, b) => Math.abs(a - tolerance) - Math.abs(b - tolerance))[0]
  // A difference of decimals that is not one: the comparisons take both for the same.
  return nearest === undefined ? null : Number(nearest.toPrecision(12))
}

import type { Candidate } from '../choice.ts'

/** How much each part of the utility counts, from 0. */
export type UtilityWeights = {
  /** Of one unit of quality, the unit of the router's labels or of the table. */
  readonly quality: number
  /** Of one dollar. */
  readonly usd: number
  /** Of one second until the first token. */
  readonly firstTokenSeconds: number
  /** Of one second per token after it. */
  readonly secondsPerOutputToken: number
}

/** The weights at a pace: a dollar counts `pace` times as much. */
export function raiseUsdWeight(weights: UtilityWeights, pace: number): UtilityWeights {
  return pace === 1 ? weights : { ...weights, usd: weights.usd * pace }
}

/** The amounts that the weights multiply. */
export type UtilityParts = UtilityWeights

/**
 * The parts of each candidate's utility: [candidates].
 *
 * A candidate without expected dollars counts as the dearest: it has the dollars of the dearest candidate that is priced
 * and not excluded, or 0 if there is none, when dollars decide nothing.
 */
export function findParts(candidates: readonly Candidate[], scores: ArrayLike<number>): UtilityParts[] {
  let dearest = 0
  for (const { usd, excluded } of candidates) if (excluded === null) dearest = Math.max(dearest, usd ?? 0)
  return candidates.map(({ usd, expected }, index) => ({
    quality: scores[index]!,
    usd: usd ?? dearest,
    firstTokenSeconds: expected?.firstTokenSeconds ?? 0,
    secondsPerOutputToken: expected?.secondsPerOutputToken ?? 0,
  }))
}

/** quality · w_quality − usd · w_usd − firstTokenSeconds · w_first − secondsPerOutputToken · w_token */
export function toUtility(parts: UtilityParts, weights: UtilityWeights): number {
  return (
    parts.quality * weights.quality -
    parts.usd * weights.usd -
    parts.firstTokenSeconds * weights.firstTokenSeconds -
    parts.secondsPerOutputToken * weights.secondsPerOutputToken
  )
}

/**
 * The position of the candidate with the highest utility of those that are not excluded; of equal ones a priced before an
 * unpriced one, then the first. -1 if every candidate is excluded.
 *
 * @param without the position of a candidate that is left out.
 */
export function findMostUseful(
  candidates: readonly Candidate[],
  utilities: ArrayLike<number>,
  without = -1,
): number {
  let found = -1
  for (let index = 0; index < candidates.length; index++) {
    if (index === without || candidates[index]!.excluded !== null) continue
    if (found < 0 || isBetter(index, found)) found = index
  }
  return found

  function isBetter(one: number, other: number): boolean {
    if (utilities[one] !== utilities[other]) return utilities[one]! > utilities[other]!
    return candidates[one]!.usd !== null && candidates[other]!.usd === null
  }
}

import type { ModelPair } from '../../../routing/catalogue/model.ts'
import type { Battle } from '../../rows/battles.ts'
import { comparisonsOfOutcomes } from '../../rows/comparisons.ts'
import type { Outcomes } from '../../rows/outcomes.ts'

export type ToBattlesOptions = {
  /** Only battles of these two models. Default: every two models of a row. */
  readonly pair?: ModelPair
  /** Scores that differ by at most this are a tie. In the unit of the scores. Default: 0. */
  readonly tieBand?: number
}

/**
 * The battles that the outcomes of one prompt represent. Correctness (0 or 1): the right model beats the wrong one;
 * both right or both wrong is a tie. A judge's scores: the higher one wins if the difference is above the band.
 *
 * Kept: which model was better. Lost: by how much, and whether a tie was of two good answers or of two bad ones.
 * n models give n(n − 1)/2 battles, which are not independent of each other.
 */
export function battlesOfOutcomes(
  outcomes: Outcomes,
  { pair, tieBand = 0 }: ToBattlesOptions = {},
): readonly Battle[] {
  const { scores: _, ...row } = outcomes
  return comparisonsOfOutcomes(outcomes, pair).map(({ modelA, modelB, scoreA, scoreB }) => ({
    ...row,
    modelA,
    modelB,
    winner: isTie(scoreA, scoreB, tieBand) ? 'tie' : scoreA > scoreB ? 'model_a' : 'model_b',
  }))
}

/** Decimals such as 7.2 and 7.1 differ by a little more than 0.1 in binary. */
function isTie(scoreA: number, scoreB: number, tieBand: number): boolean {
  const rounding = tieBand === 0 ? 0 : 1e-9 * Math.max(1, Math.abs(scoreA), Math.abs(scoreB))
  return Math.abs(scoreA - scoreB) <= tieBand + rounding
}

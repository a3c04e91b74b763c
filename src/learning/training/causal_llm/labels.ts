import type { Label } from '../../../routing/routers/causal_llm/reply/labels.ts'

/** Rounding may move the mean of equal scores away from 0. */
const tolerance = 1e-9

/**
 * How well the weak model did compared with the strong one, as the label that the router reads: at 4 or above the weak
 * model suffices.
 *
 * With d = weak score − strong score and R the range of the scores (largest − smallest of the file):
 *
 * | d | label |
 * |---|---|
 * | above 0: the weak model did better | 5 |
 * | 0: equally well, or equally badly | 4 |
 * | from −R/4 | 3 |
 * | from −R/2 | 2 |
 * | below | 1 |
 *
 * Right and wrong, or a battle, give 5, 4 and 1 only. The router therefore learns its win rate, P(label < 4), as the
 * probability that the strong model is strictly better; a tie goes to the weak model, because the more expensive one
 * gains nothing.
 *
 * The mapping is this project's. The published checkpoints learned a judge's grades from 1 to 5 of the weak model's
 * answer with the strong model's as the reference; 4 and 5 mean close to it or better (the authors' tutorial,
 * anyscale/llm-router). Comparisons have no such grades, and the difference of scores is the closest substitute.
 *
 * @param difference the weighted mean if a prompt has several comparisons.
 * @param range above 0.
 */
export function labelOfDifference(difference: number, range: number): Label {
  const share = difference / range
  if (share > tolerance) return 5
  if (share >= -tolerance) return 4
  if (share >= -1 / 4 - tolerance) return 3
  return share >= -1 / 2 - tolerance ? 2 : 1
}

import type { Label } from '../../../routing/routers/causal_llm/reply/labels.ts'

/** A mean of equal scores may miss 0 by rounding. */
const tolerance = 1e-9

/**
 * How well the weak model did beside the strong one, as the label that the router reads: from 4 on the weak model suffices.
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
 * Right and wrong, or a battle, give 5, 4 and 1 only. So the router's win rate, P(label < 4), is learned as the chance
 * that the strong model does strictly better; a tie goes to the weak model, since nothing is gained by the dearer one.
 *
 * The mapping is this project's. The published checkpoints learned a judge's grades from 1 to 5 of the weak model's answer
 * with the strong model's as the reference, 4 and 5 being close to it or better (the authors' tutorial, anyscale/llm-router);
 * comparisons have no such grades, and the difference of scores is what comes nearest.
 *
 * @param difference of a prompt with several comparisons, their weighted mean.
 * @param range above 0.
 */
export function labelOfDifference(difference: number, range: number): Label {
  const share = difference / range
  if (share > tolerance) return 5
  if (share >= -tolerance) return 4
  if (share >= -1 / 4 - tolerance) return 3
  return share >= -1 / 2 - tolerance ? 2 : 1
}

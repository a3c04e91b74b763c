import { InvalidRequestError } from '../../errors.ts'

/**
 * Throws `InvalidRequestError` (`labelled-scores`) unless there is a finite score, a label in [0, 1] and a weight above
 * 0 for each of one or more rows.
 */
export function checkLabelledScores(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): void {
  if (scores.length === 0 || labels.length !== scores.length || weights.length !== scores.length)
    throw new InvalidRequestError(
      'labelled-scores',
      `A fit needs one label and one weight for each score, of at least one row; got ${scores.length} scores, ${labels.length} labels and ${weights.length} weights.`,
    )
  for (let row = 0; row < scores.length; row++) {
    const [score, label, weight] = [scores[row]!, labels[row]!, weights[row]!]
    if (Number.isFinite(score) && label >= 0 && label <= 1 && weight > 0 && Number.isFinite(weight)) continue
    throw new InvalidRequestError(
      'labelled-scores',
      `Row ${row + 1} has the score ${score}, the label ${label} and the weight ${weight}; a score is finite, a label from 0 to 1 and a weight above 0.`,
    )
  }
}

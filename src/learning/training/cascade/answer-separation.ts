import { normalQuantile } from '../../../base/math/statistics/normal.ts'
import { rocArea } from '../../../base/math/statistics/roc-area.ts'
import type { PairLabels } from '../few_label/labels.ts'
import type { FewLabelLearning } from '../few_label/learning.ts'
import type { CascadeLearning } from './learning.ts'

/**
 * How far apart the evidence of wrong and right answers is beyond that of the prompts: d² = 2 Φ⁻¹(A)² − 2 Φ⁻¹(A′)², with the areas
 * under the ROC curve of the verifier and of a fit on the prompts only, both on left-out labels; 0 if that is negative. Independent
 * normal evidence adds its squares.
 */
export function answerSeparation(
  { leftOutScores }: Pick<CascadeLearning, 'leftOutScores'>,
  promptOnly: Pick<FewLabelLearning, 'leftOutScores'>,
  { wins }: Pick<PairLabels, 'wins'>,
): number {
  const isWon = Array.from(wins, (share) => share > 0.5)
  const square = (scores: Float64Array) => {
    const area = rocArea(scores, isWon)?.area ?? 0.5
    return area <= 0.5 ? 0 : 2 * normalQuantile(area) ** 2
  }
  return Math.sqrt(Math.max(0, square(leftOutScores) - square(promptOnly.leftOutScores)))
}

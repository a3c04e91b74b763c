import type { FewLabelWeights } from '../../../../routing/routers/few_label/parameters.ts'
import type { FewLabelExamples } from '../fit.ts'
import { keepDeviations } from './contrasts.ts'
import type { ModelLabels } from './model-labels.ts'
import { fitParts, sumOfParts } from './parts.ts'
import { learnReplyLengths, type ReplyLengthLearning, replyLengthTargets } from './reply-lengths.ts'
import { separateScores } from './score-parts.ts'
import { agreementOf, keptShare } from './shrinkage.ts'

export type ModelLearning = {
  /** [models] the score of each, in the unit of the labels; all have the same support rows. */
  readonly models: readonly FewLabelWeights[]
  /** [prompts, models] scores from fits without the prompt. */
  readonly leftOutScores: Float64Array
  /** The share of the fit that is kept: of what is common to all models, and at most of what differs between them. */
  readonly kept: { readonly common: number; readonly differences: number }
  /** Null if the labels do not say how long the replies of every model are. */
  readonly replyLengths: ReplyLengthLearning | null
}

/**
 * Predicts the score of every model: scoreᵢₘ = levelₘ + commonᵢ + deviationᵢₘ (`separateScores`), where what is common to all models
 * and each model's deviation are fitted apart, by the regression of `fitFewLabel` with the same features, and shrunk as far as
 * prompts left out of the fit support: what is common by `keptShare`, the deviations by `keepDeviations`. A choice among models
 * depends on the differences of deviations only: labels that hardly tell which prompts need which model give nearly constant
 * differences, however well they tell hard prompts from easy ones. Scores that were fitted and shrunk model by model chose worse
 * (docs/routers/few_label.md).
 *
 * How long a reply is (`learnReplyLengths`) is fitted beside them.
 *
 * @yields often.
 */
export function* learnModelScores(
  examples: FewLabelExamples,
  labels: ModelLabels,
): Generator<void, ModelLearning> {
  const { models, prompts } = labels
  const { levels, common, deviations } = separateScores(labels)
  const ofModel = models.map((_, model) =>
    Float64Array.from(prompts, (_, row) => deviations[row * models.length + model]!),
  )
  const lengths = replyLengthTargets(labels)
  const [ofAll, ...fitted] = yield* fitParts(examples, [common, ...ofModel, ...(lengths ?? [])])
  const parts = fitted.slice(0, models.length)
  const keptCommon = keptShare(agreementOf(common, ofAll!.leftOut, examples.weights))
  const { matrix, pooled } = yield* keepDeviations(
    ofModel,
    parts.map(({ leftOut }) => leftOut),
    examples.weights,
  )
  const shares = (model: number) => [
    { part: ofAll!, share: keptCommon },
    ...parts.map((part, other) => ({ part, share: matrix[model * models.length + other]! })),
  ]
  return {
    models: models.map((_, model) => sumOfParts(levels[model]!, shares(model))),
    leftOutScores: Float64Array.from(deviations, (_, cell) => {
      const row = Math.floor(cell / models.length)
      const model = cell - row * models.length
      return shares(model).reduce(
        (sum, { part, share }) => sum + share * (part.leftOut[row]! - part.centre),
        levels[model]!,
      )
    }),
    kept: { common: keptCommon, differences: pooled },
    replyLengths:
      lengths === null
        ? null
        : learnReplyLengths(labels, lengths, fitted.slice(models.length), examples.weights),
  }
}

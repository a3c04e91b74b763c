import { EmbeddingError } from '../../../../errors.ts'
import type { CrossFittedModelScoringRouter, ReplyPredictingRouter } from '../../model-scoring-router.ts'
import { createIdentityLookup } from '../../trained-prompts/trained-prompts.ts'
import { createPromptReader } from '../prompt-space.ts'
import { createFewLabelRouter, type FewLabelRouter, type FewLabelRouterOptions } from '../router.ts'
import { whenEmbedded } from '../when-embedded.ts'
import { createModelScorer } from './model-scores.ts'
import type { FewLabelModelParameters } from './parameters.ts'
import { toReplyTokens } from './reply-lengths.ts'

export type FewLabelModelRouter = FewLabelRouter &
  CrossFittedModelScoringRouter &
  Partial<Pick<ReplyPredictingRouter, 'predictReplies' | 'crossFittedOutputTokens'>>

export type FewLabelModelRouterOptions = FewLabelRouterOptions & {
  readonly parameters: FewLabelModelParameters
  /** Model i has the weights i. */
  readonly models: readonly string[]
  /** Which two of them the win rate compares. */
  readonly pair: { readonly strong: string; readonly weak: string }
}

/**
 * The router fitted on the scores of many models: the expected score of each, in the unit of the labels. The win rate of its pair
 * is σ(slope · (strong's score − weak's) + offset). If it learned how long replies are, it is a `ReplyPredictingRouter`.
 *
 * @throws EmbeddingError `embedding-dimensions` as `createFewLabelRouter`.
 */
export function createFewLabelModelRouter(options: FewLabelModelRouterOptions): FewLabelModelRouter {
  const { parameters, embedder, other, models, pair, name = 'few_label' } = options
  const router = createFewLabelRouter(options)
  const read = createPromptReader(parameters.space, embedder)
  const scoreModels = createModelScorer(parameters.models)
  const rowOf = createIdentityLookup(parameters.trained)
  const { leftOutScores, replies } = parameters
  const rowsOf = (values: Float32Array, text: string) => {
    const row = rowOf(text)
    if (row === undefined) return undefined
    return Float64Array.from(values.subarray(row * models.length, (row + 1) * models.length))
  }
  const scoring: FewLabelModelRouter = {
    ...router,
    models,
    pair,
    modelScoreUnit: 'labels',
    modelScores: whenEmbedded(other, (text, vector) => finite(scoreModels(read(text, vector)))),
    crossFittedModelScores: ({ text }) => rowsOf(leftOutScores, text),
  }
  if (replies === null) return scoring
  const scoreAll = createModelScorer([...parameters.models, ...replies.models])
  return {
    ...scoring,
    predictReplies: whenEmbedded(other, (text, vector) => {
      const all = finite(scoreAll(read(text, vector)))
      return {
        scores: all.slice(0, models.length),
        outputTokens: all
          .subarray(models.length)
          .map((logTokens, model) => toReplyTokens(logTokens, replies, model)),
      }
    }),
    crossFittedOutputTokens: ({ text }) => rowsOf(replies.leftOutTokens, text),
  }

  function finite(scores: Float64Array): Float64Array {
    if (scores.every(Number.isFinite)) return scores
    throw new EmbeddingError(
      'embedding-not-finite',
      `Router ${name} got an embedding with NaN or infinite numbers from its embedder. Check the embedder's endpoint and model.`,
    )
  }
}

import { EmbeddingError } from '../../../../errors.ts'
import type { CrossFittedModelScoringRouter } from '../../model-scoring-router.ts'
import { createIdentityLookup } from '../../trained-prompts/trained-prompts.ts'
import { createPromptReader } from '../prompt-space.ts'
import { createFewLabelRouter, type FewLabelRouter, type FewLabelRouterOptions } from '../router.ts'
import { whenEmbedded } from '../when-embedded.ts'
import { createModelScorer } from './model-scores.ts'
import type { FewLabelModelParameters } from './parameters.ts'

export type FewLabelModelRouter = FewLabelRouter & CrossFittedModelScoringRouter

export type FewLabelModelRouterOptions = FewLabelRouterOptions & {
  readonly parameters: FewLabelModelParameters
  /** Model i has the weights i. */
  readonly models: readonly string[]
  /** Which two of them the win rate compares. */
  readonly pair: { readonly strong: string; readonly weak: string }
}

/**
 * The router fitted on the scores of many models: the expected score of each, in the unit of the labels. The win rate of its pair
 * is σ(slope · (strong's score − weak's) + offset).
 *
 * @throws EmbeddingError `embedding-dimensions` as `createFewLabelRouter`.
 */
export function createFewLabelModelRouter(options: FewLabelModelRouterOptions): FewLabelModelRouter {
  const { parameters, embedder, other, models, pair, name = 'few_label' } = options
  const router = createFewLabelRouter(options)
  const read = createPromptReader(parameters.space, embedder)
  const scoreModels = createModelScorer(parameters.models)
  const rowOf = createIdentityLookup(parameters.trained)
  const { leftOutScores } = parameters
  return {
    ...router,
    models,
    pair,
    modelScoreUnit: 'labels',
    modelScores: whenEmbedded(other, (text, vector) => {
      const scores = scoreModels(read(text, vector))
      if (scores.every(Number.isFinite)) return scores
      throw new EmbeddingError(
        'embedding-not-finite',
        `Router ${name} got an embedding with NaN or infinite numbers from its embedder. Check the embedder's endpoint and model.`,
      )
    }),
    crossFittedModelScores({ text }) {
      const row = rowOf(text)
      if (row === undefined) return undefined
      return Float64Array.from(leftOutScores.subarray(row * models.length, (row + 1) * models.length))
    },
  }
}

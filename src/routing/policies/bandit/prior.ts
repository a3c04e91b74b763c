import { ConfigError } from '../../../errors.ts'
import type { Model } from '../../catalogue/model.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { isModelScoringEmbeddingRouter } from '../../routers/model-scoring-router.ts'
import { type EmbeddingRouter, isEmbeddingRouter, type Router } from '../../routers/router.ts'
import type { PromptVectors } from '../learning/prompt-vectors.ts'
import { createRouterEstimate } from '../quality/router-estimate.ts'

/** The quality that is expected of each candidate before its answers were rewarded: [candidates]. */
export type Prior = (vector: Float32Array) => ArrayLike<number>

/** The same for every prompt. */
export function createTablePrior(qualities: readonly number[]): Prior {
  return () => qualities
}

/**
 * The predictions of a router that scores vectors of the built-in embedder: they can be had again as an answer is rewarded, which may
 * be after a restart that has forgotten the prompt.
 *
 * @throws ConfigError `bandit-router` for another router; what `createRouterEstimate` throws.
 */
export function createRouterPrior(
  router: Router,
  candidates: readonly Model[],
  { id }: Pick<PromptVectors, 'id'>,
): Prior {
  if (!isEmbeddingRouter(router) || router.embedderId !== id)
    throw new ConfigError(
      'bandit-router',
      `The router "${router.name}" does not score vectors of the embedder ${id}, which are what a bandit remembers of prompts. Name one that was trained on it, such as mf, knn or cluster, or give a table \`quality\`.`,
      { param: 'router' },
    )
  let current: Float32Array
  const estimate = createRouterEstimate(
    scoring(router, () => current),
    candidates,
  )
  return (vector) => {
    current = vector
    const predicted = estimate.predict(nothing)
    if (predicted instanceof Promise) throw new TypeError('scores of a vector are there at once')
    return predicted.qualities
  }
}

const nothing = promptFromText('')

/** A router that scores the vector that `read` gives, whatever the prompt. */
function scoring(router: EmbeddingRouter, read: () => Float32Array): Router {
  const { name } = router
  const strongWinRate = () => router.strongWinRateOfEmbedding(read())
  if (!isModelScoringEmbeddingRouter(router)) return { name, strongWinRate }
  const { models, pair, modelScoreUnit } = router
  const scored = {
    name,
    models,
    pair,
    modelScoreUnit,
    strongWinRate,
    modelScores: () => router.modelScoresOfEmbedding(read()),
  }
  return scored
}

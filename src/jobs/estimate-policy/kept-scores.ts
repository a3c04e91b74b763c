import { builtinEmbedderId } from '../../routing/embedding/builtin/parameters.ts'
import { sameVectorSpace } from '../../routing/embedding/embedder.ts'
import {
  isModelScoringEmbeddingRouter,
  isModelScoringRouter,
  isReplyPredictingRouter,
} from '../../routing/routers/model-scoring-router.ts'
import { isEmbeddingRouter, type Router } from '../../routing/routers/router.ts'

/** What the store keeps of a request that a router can score. */
export type KeptInput = {
  readonly hasText: boolean
  readonly vector: Float32Array | null
  /** The router that scored it when it came, and what it said. */
  readonly router: string | null
  readonly strongWinRate: number | null
}

/** By what a router scores a request. */
export type ScoreSource = 'text' | 'vector' | 'win-rate'

/**
 * By what a policy's router scores a kept request, the most exact first; null if by nothing. A vector is rounded to a byte a number, and a
 * win rate is of the router as it was then.
 *
 * @param asksWinRate whether the policy asks for the win rate of a pair, and not for the scores of models.
 */
export function findScoreSource(router: Router, asksWinRate: boolean, kept: KeptInput): ScoreSource | null {
  if (kept.hasText) return 'text'
  const isPair = asksWinRate || !isModelScoringRouter(router)
  if (kept.vector !== null && scoresVector(router, isPair, kept.vector)) return 'vector'
  return isPair && kept.router === router.name && kept.strongWinRate !== null ? 'win-rate' : null
}

/** Lengths of replies are predicted of a text only. */
function scoresVector(router: Router, isPair: boolean, vector: Float32Array): boolean {
  if (!isEmbeddingRouter(router) || router.dimensions !== vector.length) return false
  if (!sameVectorSpace(router.embedderId, builtinEmbedderId)) return false
  return isPair || (isModelScoringEmbeddingRouter(router) && !isReplyPredictingRouter(router))
}

/**
 * The router, which scores requests without a text by what is kept of them.
 *
 * @param current the request that is asked about, which `findScoreSource` has a source for.
 */
export function withKeptScores(router: Router, asksWinRate: boolean, current: () => KeptInput): Router {
  const find = () => {
    const kept = current()
    return { kept, source: findScoreSource(router, asksWinRate, kept) }
  }
  const strongWinRate: Router['strongWinRate'] = (prompt, signal) => {
    const { kept, source } = find()
    if (source === 'vector' && kept.vector !== null && isEmbeddingRouter(router))
      return router.strongWinRateOfEmbedding(kept.vector)
    if (source === 'win-rate' && kept.strongWinRate !== null) return kept.strongWinRate
    return router.strongWinRate(prompt, signal)
  }
  if (!isModelScoringEmbeddingRouter(router)) return { ...router, strongWinRate }
  const modelScores: typeof router.modelScores = (prompt, signal) => {
    const { kept, source } = find()
    return source === 'vector' && kept.vector !== null
      ? router.modelScoresOfEmbedding(kept.vector)
      : router.modelScores(prompt, signal)
  }
  return Object.assign({ ...router, strongWinRate }, { modelScores })
}

import type { RoutedPrompt } from '../prompts/routed-prompt.ts'
import type { EmbeddingRouter, Router } from './router.ts'

/** Scores each model that it knows, not only which of two is better. */
export type ModelScoringRouter = Router & {
  /** Names as in the training data, each once; at least two. */
  readonly models: readonly string[]
  /** The two of `models` that `strongWinRate` compares. */
  readonly pair: { readonly strong: string; readonly weak: string }
  /**
   * What the difference of two scores is: the log-odds that the first model answers better, or how much higher it
   * scores in the unit of the labels.
   */
  readonly modelScoreUnit: 'log-odds' | 'labels'
  /**
   * How well each model answers the prompt: [models], finite, higher is better. Scores of one router have one scale,
   * also across prompts: `mf` gives log-odds, `cluster` and `few_label` the expected score in
   * the unit of the training data, `knn` the win rate within its pair.
   *
   * The win rate of `pair` never falls as the difference of its two scores rises. Returns at once if `strongWinRate`
   * does; throws and rejects as it does.
   */
  modelScores(prompt: RoutedPrompt, signal?: AbortSignal): Float64Array | Promise<Float64Array>
}

/** Scores models for embeddings that were computed elsewhere. */
export type ModelScoringEmbeddingRouter = ModelScoringRouter &
  EmbeddingRouter & {
    /** As `modelScores`. @param embedding `dimensions` finite numbers, else `EmbeddingError`. */
    modelScoresOfEmbedding(embedding: ArrayLike<number>): Float64Array
  }

/**
 * Was fitted on prompts with scores of its models, and knows the scores of each prompt from a fit without it, as
 * `CrossFittedRouter` does for the win rate.
 */
export type CrossFittedModelScoringRouter = ModelScoringRouter & {
  /** [models] on the scale of `modelScores`; undefined if the prompt was not among the labelled ones. */
  crossFittedModelScores(prompt: RoutedPrompt): Float64Array | undefined
}

/** Predicts how long each model's reply is, too. */
export type ReplyPredictingRouter = ModelScoringRouter & {
  /** The scores, and the tokens of each model's reply. Returns at once, throws and rejects as `modelScores` does. */
  predictReplies(prompt: RoutedPrompt, signal?: AbortSignal): ReplyPredictions | Promise<ReplyPredictions>
  /** [models] tokens from a fit without the prompt; undefined if the prompt was not among the labelled ones. */
  crossFittedOutputTokens(prompt: RoutedPrompt): Float64Array | undefined
}

export type ReplyPredictions = {
  /** [models] as of `modelScores`. */
  readonly scores: Float64Array
  /** [models] mean output tokens, reasoning included; above 0. */
  readonly outputTokens: Float64Array
}

export function isReplyPredictingRouter(router: Router): router is ReplyPredictingRouter {
  return 'predictReplies' in router
}

export function isModelScoringRouter(router: Router): router is ModelScoringRouter {
  return 'modelScores' in router
}

export function isModelScoringEmbeddingRouter(router: Router): router is ModelScoringEmbeddingRouter {
  return 'modelScoresOfEmbedding' in router
}

export function isCrossFittedModelScoringRouter(router: Router): router is CrossFittedModelScoringRouter {
  return 'crossFittedModelScores' in router
}

import type { RoutedPrompt } from '../prompts/routed-prompt.ts'
import type { Explanation } from './explanation.ts'

/** The name of a router, which becomes a part of `router-<name>-<threshold>`. */
export const routerNamePattern = /^[a-z0-9_-]+$/

/**
 * Estimates how likely the strong model is to answer a prompt better than the weak one.
 *
 * Further capabilities are separate types (`BatchRouter`, `EmbeddingRouter`, …), tested with the `is…Router`
 * functions: a router has a method only if it works.
 */
export type Router = {
  /** `[a-z0-9_-]+`: the name in `router-<name>-<threshold>`. */
  readonly name: string
  /**
   * The win rate of the strong model, in [0, 1]; higher means the strong model is needed more.
   *
   * A router that computes locally returns a number, and the decision costs no turn of the event loop. A router
   * that waits for something returns a promise, which rejects with `signal.reason` when `signal` aborts.
   * Throws `RouterError` (or `EmbeddingError`) if it cannot score; never returns NaN.
   */
  strongWinRate(prompt: RoutedPrompt, signal?: AbortSignal): number | Promise<number>
}

/** Scores many prompts at once, faster than one by one. Same numbers, same order. */
export type BatchRouter = Router & {
  strongWinRates(prompts: readonly RoutedPrompt[], signal?: AbortSignal): Promise<Float64Array>
}

/** Scores embeddings that were computed elsewhere (`{"prompt", "embedding"}` rows). */
export type EmbeddingRouter = Router & {
  /** Id of the embedder that the router was trained on; `external` if embeddings always come with the rows. */
  readonly embedderId: string
  readonly dimensions: number
  /** @param embedding `dimensions` finite numbers, else `EmbeddingError`. */
  strongWinRateOfEmbedding(embedding: ArrayLike<number>): number
}

/** Says in features what moved the win rate. */
export type ExplainingRouter = Router & {
  explain(prompt: RoutedPrompt, signal?: AbortSignal): Explanation | Promise<Explanation>
}

/** Knows the distribution of its win rates, which gives `router-<name>-<n>pct` a threshold. */
export type CalibratedRouter = Router & {
  /**
   * Win rates at evenly spaced probabilities 0 … 1 over the calibration prompts: ascending, at least two.
   * `quantiles[i]` is the `i / (length − 1)` quantile.
   */
  readonly winRateQuantiles: readonly number[]
}

/**
 * Was fitted on labelled prompts, and knows the win rate of each from a fit without that prompt. Scores of labels
 * that a router was fitted on are too optimistic; these are not, so a guarantee on the same labels uses them.
 */
export type CrossFittedRouter = Router & {
  /** The win rate from a fit without this prompt's labels, in [0, 1]; undefined if the prompt was not among the labelled ones. */
  crossFittedWinRate(prompt: RoutedPrompt): number | undefined
}

/** Holds a thread, memory or connections until it is closed; scoring afterwards fails. */
export type ClosableRouter = Router & {
  close(): Promise<void>
}

export function isBatchRouter(router: Router): router is BatchRouter {
  return 'strongWinRates' in router
}

export function isEmbeddingRouter(router: Router): router is EmbeddingRouter {
  return 'strongWinRateOfEmbedding' in router
}

export function isExplainingRouter(router: Router): router is ExplainingRouter {
  return 'explain' in router
}

export function isCalibratedRouter(router: Router): router is CalibratedRouter {
  return 'winRateQuantiles' in router
}

export function isCrossFittedRouter(router: Router): router is CrossFittedRouter {
  return 'crossFittedWinRate' in router
}

export function isClosableRouter(router: Router): router is ClosableRouter {
  return 'close' in router
}

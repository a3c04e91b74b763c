import type { RoutedPrompt } from '../prompts/routed-prompt.ts'
import type { Explanation } from './explanation.ts'

/** The name of a router, which becomes a part of `router-<name>-<threshold>`. */
export const routerNamePattern = /^[a-z0-9_-]+$/

/**
 * A router: how likely is it that the strong model answers this prompt better than the weak one?
 *
 * Capabilities beyond that are types of their own (`BatchRouter`, `EmbeddingRouter`, …), asked for with the
 * `is…Router` functions: a router has a method only if it works.
 */
export type Router = {
  /** `[a-z0-9_-]+`: the name in `router-<name>-<threshold>`. */
  readonly name: string
  /**
   * The win rate of the strong model, in [0, 1]; higher means the strong model is needed more.
   *
   * A router that computes locally returns a number, so that a decision costs no turn of the event loop; one
   * that waits for something returns a promise, and gives up with `signal.reason` once `signal` aborts.
   * Throws `RouterError` (or `EmbeddingError`) where it cannot score; never returns NaN.
   */
  strongWinRate(prompt: RoutedPrompt, signal?: AbortSignal): number | Promise<number>
}

/** Scores many prompts at once, faster than one by one. Same numbers, same order. */
export type BatchRouter = Router & {
  strongWinRates(prompts: readonly RoutedPrompt[], signal?: AbortSignal): Promise<Float64Array>
}

/** Scores embeddings that were computed elsewhere (`{"prompt", "embedding"}` rows). */
export type EmbeddingRouter = Router & {
  /** Id of the embedder that the router was trained on; `external` where embeddings always come with the rows. */
  readonly embedderId: string
  readonly dimensions: number
  /** @param embedding `dimensions` finite numbers, else `EmbeddingError`. */
  strongWinRateOfEmbedding(embedding: ArrayLike<number>): number
}

/** Says in features what moved the win rate. */
export type ExplainingRouter = Router & {
  explain(prompt: RoutedPrompt, signal?: AbortSignal): Explanation | Promise<Explanation>
}

/** Knows the distribution of its own win rates, so that `router-<name>-<n>pct` has a threshold. */
export type CalibratedRouter = Router & {
  /**
   * Win rates at evenly spaced probabilities 0 … 1 over the calibration prompts: ascending, at least two.
   * `quantiles[i]` is the `i / (length − 1)` quantile.
   */
  readonly winRateQuantiles: readonly number[]
}

/**
 * Was fitted on labelled prompts of its own, and knows what it would say of each had that one been left out. Scores
 * of labels that a router has learned flatter it; these do not, so a guarantee on the same labels is taken from them.
 */
export type CrossFittedRouter = Router & {
  /** The win rate from a fit without this prompt's labels, in [0, 1]; undefined where it was not among them. */
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

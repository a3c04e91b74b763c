import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'

/**
 * Predicts how well each candidate of a policy answers a prompt.
 *
 * Qualities are in the policy's order, [candidates]; higher is better. The difference between two of them is the
 * predicted loss of answering with the worse one, in the unit of the labels.
 */
export type QualityEstimate = QualityTable | RoutedQuality

/** The same for every prompt. */
export type QualityTable = { readonly kind: 'table'; readonly qualities: readonly number[] }

/** Predicted by a router. */
export type RoutedQuality = {
  readonly kind: 'router'
  /** The router's name. */
  readonly router: string
  /** Whether its predictions have the lengths of replies. */
  readonly predictsLengths: boolean
  /** Returns at once if the router does. Throws and rejects as `Router.strongWinRate` does. */
  predict(prompt: RoutedPrompt, signal?: AbortSignal): Prediction | Promise<Prediction>
}

export type Prediction = {
  /** [candidates] */
  readonly qualities: ArrayLike<number>
  /** [candidates] tokens of the reply to the prompt; null if the router does not predict them. */
  readonly outputTokens: ArrayLike<number> | null
}

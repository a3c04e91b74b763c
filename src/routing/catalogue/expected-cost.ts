import type { Model } from './model.ts'

/** Tokens of one call, counted or expected. */
export type CallTokens = {
  /** Tokens of the prompt, those from the cache included. */
  readonly inputTokens: number
  /** The part of `inputTokens` that the provider's cache holds. */
  readonly cachedTokens: number
  readonly outputTokens: number
}

/**
 * Dollars of a call: ((input − cached) · input price + cached · cache read price + output · output price) / 10⁶; null if
 * the model has no price for input or output. A model without a price for cached tokens pays its input price for them.
 */
export function findCallUsd(model: Model, tokens: CallTokens): number | null {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return null
  const cached = Math.min(tokens.cachedTokens, tokens.inputTokens)
  const read = model.cacheReadUsdPerMillionTokens ?? input
  return ((tokens.inputTokens - cached) * input + cached * read + tokens.outputTokens * output) / 1e6
}

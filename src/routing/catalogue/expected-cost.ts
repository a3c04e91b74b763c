import type { Model } from './model.ts'

/** Tokens of one call, counted or expected. */
export type CallTokens = {
  /** Tokens of the prompt, those from the cache included. */
  readonly inputTokens: number
  /** The part of `inputTokens` that the provider's cache holds. */
  readonly cachedTokens: number
  /** The part of `inputTokens` that is written to the cache for 5 minutes. Default: 0. */
  readonly cacheWriteTokens?: number
  /** The part of `inputTokens` that is written to the cache for an hour. Default: 0. */
  readonly cacheWrite1hTokens?: number
  readonly outputTokens: number
}

/**
 * Dollars of a call: (new · input price + read · cache read price + written · cache write price + output · output price)
 * / 10⁶, with new = input − read − written, and a price of its own for what is written for an hour. Null if the model has
 * no price for input or output. A model without a price for reading or writing the cache pays its input price for that.
 */
export function findCallUsd(model: Model, tokens: CallTokens): number | null {
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = model
  if (input === undefined || output === undefined) return null
  const cached = Math.min(tokens.cachedTokens, tokens.inputTokens)
  const written1h = Math.min(tokens.cacheWrite1hTokens ?? 0, tokens.inputTokens - cached)
  const written = Math.min(tokens.cacheWriteTokens ?? 0, tokens.inputTokens - cached - written1h)
  const usd =
    (tokens.inputTokens - cached - written - written1h) * input +
    cached * (model.cacheReadUsdPerMillionTokens ?? input) +
    written * (model.cacheWriteUsdPerMillionTokens ?? input) +
    written1h * (model.cacheWrite1hUsdPerMillionTokens ?? input) +
    tokens.outputTokens * output
  return usd / 1e6
}

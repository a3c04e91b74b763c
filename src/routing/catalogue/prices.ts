import { DataError } from '../../errors.ts'

/** Prices per million tokens, at a date, from a source that can be looked up again. Data, never built in. */
export type PriceTable = {
  /** ISO 8601: when these prices held. */
  readonly asOf: string
  readonly source: string
  readonly models: Readonly<Record<string, TokenPrices>>
}

export type TokenPrices = {
  readonly inputUsdPerMillionTokens: number
  readonly outputUsdPerMillionTokens: number
}

export type TokenCounts = { readonly inputTokens: number; readonly outputTokens: number }

/** Dollars, or that they are not known. Not known is never 0: a model without a price would look free. */
export type Cost =
  | { readonly kind: 'priced'; readonly usd: number }
  | { readonly kind: 'unpriced'; readonly models: readonly string[] }

/**
 * What a call cost: (input tokens · input price + output tokens · output price) / 10⁶. Throws `DataError` for a
 * price or count that is negative or no finite number.
 */
export function costOfCall(model: string, tokens: TokenCounts, prices: PriceTable): Cost {
  const found = Object.hasOwn(prices.models, model) ? prices.models[model] : undefined
  if (found === undefined) return { kind: 'unpriced', models: [model] }
  const { inputUsdPerMillionTokens: input, outputUsdPerMillionTokens: output } = found
  const { inputTokens, outputTokens } = tokens
  for (const value of [input, output, inputTokens, outputTokens]) {
    if (Number.isFinite(value) && value >= 0) continue
    throw new DataError(
      'cost-not-finite',
      `A call of ${model} has ${inputTokens} input and ${outputTokens} output tokens at ${input} and ${output} ` +
        'dollars per million; each must be a finite number, 0 or more.',
    )
  }
  return { kind: 'priced', usd: toUsd(found, tokens) }
}

/** Dollars of so many tokens: (input tokens · input price + output tokens · output price) / 10⁶. */
export function toUsd(
  { inputUsdPerMillionTokens, outputUsdPerMillionTokens }: TokenPrices,
  { inputTokens, outputTokens }: TokenCounts,
): number {
  return (inputTokens * inputUsdPerMillionTokens + outputTokens * outputUsdPerMillionTokens) / 1e6
}

import { DataError } from '../../errors.ts'

/** Prices per million tokens at a date, from a named source. They are data, never built in. */
export type PriceTable = {
  /** The date of the prices, ISO 8601. */
  readonly asOf: string
  readonly source: string
  readonly models: Readonly<Record<string, TokenPrices>>
  /** The model that a name of `models` means, if several names mean one. */
  readonly entries?: Readonly<Record<string, string>>
}

export type TokenPrices = {
  readonly inputUsdPerMillionTokens: number
  readonly outputUsdPerMillionTokens: number
}

export type TokenCounts = { readonly inputTokens: number; readonly outputTokens: number }

/** Dollars, if they are known. An unknown cost is never 0, because a model without a price would then look free. */
export type Cost =
  | { readonly kind: 'priced'; readonly usd: number }
  | { readonly kind: 'unpriced'; readonly models: readonly string[] }

/**
 * The cost of a call: (input tokens · input price + output tokens · output price) / 10⁶. Throws `DataError`
 * `cost-not-finite` if a price or a count is negative or not finite.
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

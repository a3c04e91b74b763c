import { DataError, InvalidRequestError } from '../../errors.ts'

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
  return { kind: 'priced', usd: (inputTokens * input + outputTokens * output) / 1e6 }
}

/** The sum of costs; unpriced, naming every model without a price, as soon as one of them is. */
export function totalCost(costs: Iterable<Cost>): Cost {
  let usd = 0
  const unpriced = new Set<string>()
  for (const cost of costs) {
    if (cost.kind === 'priced') usd += cost.usd
    else for (const model of cost.models) unpriced.add(model)
  }
  return unpriced.size > 0 ? { kind: 'unpriced', models: [...unpriced].sort() } : { kind: 'priced', usd }
}

/** Mean cost of a query; unpriced as soon as one of them is. Throws `DataError` where there is none. */
export function costPerQuery(costs: readonly Cost[]): Cost {
  if (costs.length === 0) throw new DataError('no-costs', 'The cost per query of no queries is not defined.')
  const total = totalCost(costs)
  return total.kind === 'priced' ? { kind: 'priced', usd: total.usd / costs.length } : total
}

/** Quality-cost ratio: score per dollar of 1,000 queries, score / (1000 · usd per query). Infinite at no cost. */
export function qualityCostRatio(score: number, usdPerQuery: number): number {
  return score / (1000 * usdPerQuery)
}

export type Tradeoff = { readonly score: number; readonly usdPerQuery: number }

export type BenefitCostOptions = {
  /** The least share of the extra cost that is counted, in (0, 1]; 0.05 unless told. */
  readonly costFloor?: number
  /** How steeply cost counts, above 0; 1 unless told. Below 1, dear gains count more. */
  readonly exponent?: number
}

/**
 * Benefit-cost ratio of routing against its two models:
 *
 *   BCR = PGR / max(x, floor)^exponent,  PGR = (score − weak) / (strong − weak),  x = (usd − usd_weak) / (usd_strong − usd_weak)
 *
 * With exponent 1, random routing has 1 above the floor, the strong model alone has 1, and twice the gain for the
 * money has 2. Without the floor a router that sends one lucky prompt in a thousand to the strong model would
 * have a ratio without bound: below it, a smaller cost no longer raises the ratio, so cheap noise cannot win.
 *
 * Throws `InvalidRequestError` where the strong model is not both better and dearer, or an option is out of range.
 */
export function benefitCostRatio(
  router: Tradeoff,
  strong: Tradeoff,
  weak: Tradeoff,
  options: BenefitCostOptions = {},
): number {
  const { costFloor = 0.05, exponent = 1 } = options
  if (!(strong.score > weak.score && strong.usdPerQuery > weak.usdPerQuery)) {
    throw new InvalidRequestError(
      'no-tradeoff',
      `A benefit-cost ratio needs a strong model that is better and dearer than the weak one, got scores ` +
        `${strong.score} and ${weak.score} at $${strong.usdPerQuery} and $${weak.usdPerQuery} per query.`,
    )
  }
  if (!(costFloor > 0 && costFloor <= 1 && exponent > 0)) {
    throw new InvalidRequestError(
      'benefit-cost-options',
      `The cost floor must be in (0, 1] and the exponent above 0, got ${costFloor} and ${exponent}.`,
    )
  }
  const gain = (router.score - weak.score) / (strong.score - weak.score)
  const cost = (router.usdPerQuery - weak.usdPerQuery) / (strong.usdPerQuery - weak.usdPerQuery)
  return gain / Math.max(cost, costFloor) ** exponent
}

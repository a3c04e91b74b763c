import { costOfCall, type PriceTable, type TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { Benchmark, ScoredRouter } from '../benchmark.ts'
import { type OperatingPoint, resourceUses } from '../metrics/gap-points.ts'
import { benefitCostRatio, qualityCostRatio } from './cost-ratios.ts'
import { type TokenBasis, tokensOfRows } from './token-counts.ts'

/** The cost of routing in dollars, and the quality for it. */
export type CostReport = {
  readonly prices: { readonly asOf: string; readonly source: string }
  readonly tokens: TokenBasis
  /** Models without a price. Every line with one of them is unpriced, never 0. */
  readonly unpriced: readonly string[]
  readonly costFloor: number
  readonly exponent: number
  readonly lines: readonly CostLine[]
}

export type CostLine = OperatingPoint & {
  readonly usdPerQuery: number | 'unpriced'
  /** Score per dollar of 1,000 queries. `null` if unpriced or free. */
  readonly qualityCostRatio: number | null
  /** `null` if unpriced, for the weak model alone, or if the strong model does not cost more. */
  readonly benefitCostRatio: number | null
  /** Saving in percent of the cost of the strong model alone. Negative if it costs more. */
  readonly savingPercent: number | null
}

const costFloor = 0.05
const exponent = 1

export function costReport(
  { rows, strongModel, weakModel }: Benchmark,
  routers: readonly ScoredRouter[],
  prices: PriceTable,
): CostReport {
  const tokens = tokensOfRows(rows)
  const unpriced = [weakModel, strongModel].filter((model) => !Object.hasOwn(prices.models, model))
  const valuesOf = (model: string, counts: readonly TokenCounts[]) =>
    unpriced.includes(model)
      ? undefined
      : counts.map((count) => {
          const cost = costOfCall(model, count, prices)
          return cost.kind === 'priced' ? cost.usd : Number.NaN
        })
  const uses = resourceUses(rows, { strong: strongModel, weak: weakModel }, routers, {
    strong: valuesOf(strongModel, tokens.strong),
    weak: valuesOf(weakModel, tokens.weak),
  })
  const [weak, strong] = uses
  return {
    prices: { asOf: prices.asOf, source: prices.source },
    tokens: tokens.basis,
    unpriced,
    costFloor,
    exponent,
    lines: uses.map(({ perQuery, ...point }) => {
      const [usdWeak, usdStrong] = [weak!.perQuery, strong!.perQuery]
      return {
        ...point,
        usdPerQuery: perQuery ?? 'unpriced',
        qualityCostRatio:
          perQuery === null || perQuery === 0 ? null : qualityCostRatio(point.score, perQuery),
        benefitCostRatio:
          perQuery === null ||
          usdStrong === null ||
          usdWeak === null ||
          !(usdStrong > usdWeak) ||
          point.strongCallPercent === 0
            ? null
            : benefitCostRatio(
                { score: point.score, usdPerQuery: perQuery },
                { score: strong!.score, usdPerQuery: usdStrong },
                { score: weak!.score, usdPerQuery: usdWeak },
                { costFloor, exponent },
              ),
        savingPercent:
          perQuery === null || usdStrong === null || usdStrong === 0
            ? null
            : 100 * (1 - perQuery / usdStrong),
      }
    }),
  }
}

import { isAbove } from '../../../base/math/decimals.ts'
import { InvalidRequestError } from '../../../errors.ts'

/** Quality-cost ratio: score per dollar of 1,000 queries, score / (1000 · usd per query). Infinite at no cost. */
export function qualityCostRatio(score: number, usdPerQuery: number): number {
  return score / (1000 * usdPerQuery)
}

export type Tradeoff = { readonly score: number; readonly usdPerQuery: number }

export type BenefitCostOptions = {
  /** The least share of the extra cost that is counted, in (0, 1]. Default: 0.05. */
  readonly costFloor?: number
  /** The exponent of the cost, above 0. Default: 1. Below 1, expensive gains count more. */
  readonly exponent?: number
}

/**
 * Benefit-cost ratio of routing against its two models:
 *
 * BCR = PGR / max(x, floor)^exponent,  PGR = (score − weak) / (strong − weak),  x = (usd − usd_weak) / (usd_strong −
 * usd_weak)
 *
 * With exponent 1, random routing has 1 above the floor, the strong model alone has 1, and twice the gain for the
 * money has 2. Without the floor, a router that sends one lucky prompt in a thousand to the strong model would have an
 * unbounded ratio. Below the floor a smaller cost does not raise the ratio, so cheap noise cannot win.
 *
 * Throws `InvalidRequestError` if the strong model is not both better and more expensive (`no-tradeoff`), or an option
 * is out of range (`benefit-cost-options`).
 */
export function benefitCostRatio(
  router: Tradeoff,
  strong: Tradeoff,
  weak: Tradeoff,
  options: BenefitCostOptions = {},
): number {
  const { costFloor = 0.05, exponent = 1 } = options
  if (!(isAbove(strong.score, weak.score) && isAbove(strong.usdPerQuery, weak.usdPerQuery))) {
    throw new InvalidRequestError(
      'no-tradeoff',
      `A benefit-cost ratio needs a strong model that is better and more expensive than the weak one, got scores ` +
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

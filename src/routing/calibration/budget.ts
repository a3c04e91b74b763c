import { isAtMost } from '../../base/math/decimals.ts'
import { checkBudget, checkRows } from './checked-rows.ts'
import { groupTiedRows, roundThreshold } from './threshold.ts'

/** What a request costs with either model. */
export type PricedRequest = {
  readonly strongWinRate: number
  readonly strongUsd: number
  readonly weakUsd: number
}

export type BudgetThreshold =
  | {
      readonly possible: true
      readonly threshold: number
      /** Mean dollars per request at the threshold; at most the budget. */
      readonly usdPerRequest: number
      readonly strongCallFraction: number
    }
  | {
      readonly possible: false
      /** The lowest mean that any threshold reaches. */
      readonly leastUsdPerRequest: number
    }

/**
 * The threshold with the most strong calls whose mean cost stays within a budget:
 * (Σ strong cost of requests at or above the threshold + Σ weak cost of the others) / requests ≤ budget.
 * Each request counts with its own cost, because requests that go to the strong model are longer than the others on average.
 *
 * @param usdPerRequest dollars, 0 or more.
 *
 * Throws `InvalidRequestError`: `invalid-budget`, `no-requests` if there are none, and `invalid-calibration-row` for a win rate
 * outside of [0, 1] or dollars that are not finite.
 */
export function thresholdForBudget(
  requests: readonly PricedRequest[],
  usdPerRequest: number,
): BudgetThreshold {
  checkBudget(usdPerRequest, requests.length)
  checkRows(requests, (request) => [request.strongWinRate, request.strongUsd, request.weakUsd])
  const ties = groupTiedRows(requests.map(({ strongWinRate }) => strongWinRate))
  // Starting from all weak, the highest win rates move to the strong model first. A win rate of 1 is strong at any threshold.
  let total = requests.reduce((sum, { weakUsd }) => sum + weakUsd, 0)
  let strongCalls = 0
  let best: BudgetThreshold | undefined
  let least = Number.POSITIVE_INFINITY
  for (let tie = ties.length - 1; tie >= -1; tie--) {
    const highestWeak = ties[tie]?.winRate
    if (highestWeak !== 1) {
      const mean = total / requests.length
      least = Math.min(least, mean)
      if (isAtMost(mean, usdPerRequest))
        best = {
          possible: true,
          threshold: highestWeak === undefined ? 0 : roundThreshold(highestWeak, ties[tie + 1]?.winRate ?? 1),
          usdPerRequest: mean,
          strongCallFraction: strongCalls / requests.length,
        }
    }
    for (const row of ties[tie]?.rows ?? []) {
      total += requests[row]!.strongUsd - requests[row]!.weakUsd
      strongCalls++
    }
  }
  return best ?? { possible: false, leastUsdPerRequest: least }
}

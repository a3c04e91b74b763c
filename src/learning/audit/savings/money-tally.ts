import { type TokenPrices, toUsd } from '../../../routing/catalogue/prices.ts'
import type { LoggedRequest, NotRoutable } from '../../formats/logs/log-format.ts'
import { tokensOf } from '../../formats/logs/token-estimate.ts'

/** Why a request is left out of the saving. */
export type KeptOut = NotRoutable | 'unpriced' | 'no-usage' | 'other-router'

/** What was paid for requests, by how it is known. */
export type Paid = {
  /** Dollars of the requests whose cost is known. */
  readonly usd: number
  /** The logged part of `usd`. The rest is tokens × prices. */
  readonly loggedUsd: number
  readonly logged: number
  readonly fromTokens: number
  /** Those from tokens that were estimated from texts. */
  readonly estimated: number
  /** Those from tokens with cached input tokens, which count at the full price. */
  readonly cached: number
  /** Requests of unknown cost. They are in no sum. */
  readonly unknown: number
}

/** The cost of one request. Undefined without a logged cost and a price. */
export type RequestCost =
  | { readonly usd: number; readonly basis: 'logged' | 'nothing-answered' }
  | {
      readonly usd: number
      readonly basis: 'tokens'
      readonly isEstimated: boolean
      readonly isCached: boolean
    }
  | { readonly usd: undefined; readonly keptOut: 'unpriced' | 'no-usage' }

/** These have no answer of a model, so they cost nothing unless the log has a cost. */
const unanswered: ReadonlySet<NotRoutable | undefined> = new Set(['error', 'cached', 'other-call'])

/** The logged cost, else tokens × price. Failed and cached requests without a logged cost are free. */
export function costOfRequest(request: LoggedRequest, prices: TokenPrices | undefined): RequestCost {
  if (request.costUsd !== undefined) return { usd: request.costUsd, basis: 'logged' }
  if (unanswered.has(request.notRoutable)) return { usd: 0, basis: 'nothing-answered' }
  if (prices === undefined) return { usd: undefined, keptOut: 'unpriced' }
  // An embedding has no output.
  const tokens = tokensOf(request.notRoutable === 'embeddings' ? { ...request, outputTokens: 0 } : request)
  if (tokens === undefined) return { usd: undefined, keptOut: 'no-usage' }
  return {
    usd: toUsd(prices, tokens),
    basis: 'tokens',
    isEstimated: tokens.estimated,
    isCached: (request.cachedInputTokens ?? 0) > 0,
  }
}

export type PaidTally = { add(cost: RequestCost): void; readonly paid: Paid }

export function createPaidTally(): PaidTally {
  const paid = { usd: 0, loggedUsd: 0, logged: 0, fromTokens: 0, estimated: 0, cached: 0, unknown: 0 }
  return {
    add(cost) {
      if (cost.usd === undefined) {
        paid.unknown++
        return
      }
      paid.usd += cost.usd
      if (cost.basis === 'logged') {
        paid.logged++
        paid.loggedUsd += cost.usd
      }
      if (cost.basis !== 'tokens') return
      paid.fromTokens++
      if (cost.isEstimated) paid.estimated++
      if (cost.isCached) paid.cached++
    },
    get paid() {
      return { ...paid }
    },
  }
}

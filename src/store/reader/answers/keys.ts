import type { CostForecast, Estimated } from '../../../gateway/accounts/forecast/forecast-costs.ts'

/** What keys of clients have used: plain data. Dollars are USD that count against budgets, days are those of UTC. */

export type KeyUsageQuery = {
  /** Milliseconds since 1970. */
  readonly now: number
  /** Only this one, without what it will cost; null: all keys. */
  readonly key: string | null
}

export type KeyUsage = {
  /** Beginnings, in milliseconds since 1970. */
  readonly today: number
  readonly month: number
  /** The beginning of the next month. */
  readonly monthEnd: number
  /** Of all requests. */
  readonly all: AccountUse
  /** Keys that have used something within 60 days, those of the dearest month first. */
  readonly keys: readonly KeyUse[]
}

export type KeyUse = AccountUse & {
  readonly name: string
  /** When the page has revoked it, in milliseconds since 1970; null if it did not, or has made one of this name since. */
  readonly revokedAt: number | null
}

export type AccountUse = {
  readonly today: AccountSums
  readonly month: AccountSums
  /** Requests of today that were refused before a model was called. `today` and `month` count them too. */
  readonly refusedToday: Refusals
  /** When it was last used, refused requests included; null if that is longer ago than 60 days. */
  readonly lastUsed: LastUse | null
  /** The dollars of the coming 30 days; null if they are not known. */
  readonly next: Estimated | null
}

export type Refusals = {
  /** With 429: a limit of the key or of the gateway. */
  readonly overLimit: number
  /** With 403: a model, a policy or a region that is not the key's. */
  readonly notAllowed: number
}

export type AccountSums = { readonly requests: number; readonly tokens: number; readonly usd: number }

/** The beginning of an hour or a day in which there was a request. */
export type LastUse = { readonly time: number; readonly unit: 'hour' | 'day' }

export type KeyCostQuery = {
  /** Null: all requests. */
  readonly key: string | null
  readonly now: number
}

export type KeyCost = {
  readonly today: number
  readonly month: number
  readonly monthEnd: number
  /** Whole days, the oldest first: 60 at most, from the first use on. */
  readonly days: readonly { readonly time: number; readonly usd: number }[]
  readonly todayUsd: number
  readonly monthUsd: number
  /** Its first day is today. */
  readonly forecast: CostForecast
}

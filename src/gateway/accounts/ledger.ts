import type { Account } from './account.ts'

/**
 * Keeps what accounts have used, and admits requests within their limits: an estimate is reserved before a request is
 * sent, and settled with what it used once it is over. So requests at the same time cannot spend the same dollar.
 *
 * A request counts against several accounts, such as its key's and the gateway's: against all of them or against none.
 * A ledger in memory answers at once. One that asks a database returns a promise of a reservation, and answers everything
 * else from what it knows: only `reserve` decides.
 */
export type Ledger = {
  /** Why `reserve` would refuse the estimate now; null if it would not. Reserves nothing. */
  findRefusal(accounts: readonly Account[], estimate: Estimate): Refusal | null
  /** The highest pace of the accounts' dollar budgets (`findPace`); null if none is spent too fast. */
  pace(accounts: readonly Account[]): BudgetPace | null
  reserve(accounts: readonly Account[], estimate: Estimate): Reserved | Promise<Reserved>
  /** The least that is left of the accounts' dollar budgets, without what is reserved, from 0; null if there is none. */
  leftUsd(accounts: readonly Account[]): number | null
}

/** The pace of a dollar budget that is spent too fast. */
export type BudgetPace = {
  /** Above 1. */
  readonly factor: number
  readonly account: Account
  readonly limit: DollarLimitName
}

/** What a request is expected to use. One that costs no dollars is admitted whatever is left of a dollar budget. */
export type Estimate = {
  /** Tokens of prompt and reply, from 0. */
  readonly tokens: number
  /** Dollars, from 0; null for a model without a price, which a dollar budget never admits. */
  readonly usd: number | null
  /**
   * Dollars that the request is expected to cost at least, at most `usd`. If `usd` is more than what is left of a budget and
   * nothing else is reserved of it, these are enough, and all that is left is reserved. Otherwise a guess, or a client's
   * large limit for the reply, would keep the last dollars, or a small budget, from being used at all.
   */
  readonly leastUsd: number
}

export type Reserved = Reservation | Refusal

export type Reservation = {
  readonly kind: 'reserved'
  /**
   * Replaces what was reserved by what was used. The first call counts, all later ones do nothing. Dollars belong to the
   * day and the month in which they were reserved, tokens to the second.
   */
  settle(usage: Usage): void
  /** Whether `raise` would answer true now. Reserves nothing. */
  canRaise(estimate: DollarEstimate): boolean
  /**
   * Raises the dollars that are reserved to those of all calls of the request, before a further one is made; the request
   * and its tokens are not counted again. False, and nothing has changed, if a budget has less left. Fewer dollars than
   * are reserved, and a period that is over since, change nothing.
   */
  raise(estimate: DollarEstimate): boolean | Promise<boolean>
}

/** What all calls of a request are expected to cost. */
export type DollarEstimate = Pick<Estimate, 'usd' | 'leastUsd'>

/** What a request has used; dollars are null if they are not known, and what was reserved counts. */
export type Usage = { readonly tokens: number; readonly usd: number | null }

export type Refusal = {
  readonly kind: 'refused'
  readonly account: Account
  readonly limit: LimitName | 'unpriced'
  /** Seconds, from 1, until the same request can be admitted; null if it never can. */
  readonly retryAfterSeconds: number | null
}

/** The limits of an account. */
export type LimitName = 'requestsPerMinute' | 'tokensPerMinute' | DollarLimitName
export type DollarLimitName = 'usdPerDay' | 'usdPerMonth'

import type { Account } from '../account.ts'
import type { BudgetPace, DollarEstimate, Estimate, LimitName, Refusal, Usage } from '../ledger.ts'
import { DollarBudget } from './dollar-budget.ts'
import { MinuteWindow } from './minute-window.ts'
import { dayOf, monthOf, type Period } from './periods.ts'

/** What was reserved of one account for one request. */
export type OpenAmounts = {
  readonly tokens: number
  /** The second that `tokens` are counted in. */
  readonly second: number
  readonly days: OpenDollars | null
  readonly months: OpenDollars | null
}

type OpenDollars = { usd: number; readonly period: Period }

export type RaisedDollars = { readonly ofDay: number; readonly ofMonth: number }

/** What one account has used, in memory. */
export class AccountState {
  readonly #requests = new MinuteWindow()
  readonly #tokens = new MinuteWindow()
  readonly #day: DollarBudget
  readonly #month: DollarBudget

  /** @param findSpent the dollars that were settled in a period before. */
  constructor(time: number, findSpent: (period: Period) => number) {
    this.#day = new DollarBudget(dayOf, time, findSpent)
    this.#month = new DollarBudget(monthOf, time, findSpent)
  }

  /** The first limit that a request does not keep; null if it keeps all. */
  findRefusal(account: Account, estimate: Estimate, time: number): Refusal | null {
    const { requestsPerMinute, tokensPerMinute } = account
    if (requestsPerMinute !== null && this.#requests.used(time) + 1 > requestsPerMinute)
      return refuse(account, 'requestsPerMinute', this.#requests.secondsUntil(time, 1, requestsPerMinute))
    if (tokensPerMinute !== null) {
      // A request of more tokens than the limit is admitted while nothing else is counted: else it never could be.
      const tokens = Math.min(Math.max(1, estimate.tokens), tokensPerMinute)
      if (this.#tokens.used(time) + tokens > tokensPerMinute)
        return refuse(account, 'tokensPerMinute', this.#tokens.secondsUntil(time, tokens, tokensPerMinute))
    }
    return this.#findDollarRefusal(account, estimate, time)
  }

  #findDollarRefusal(account: Account, estimate: Estimate, time: number): Refusal | null {
    const { usdPerDay, usdPerMonth } = account
    return (
      (usdPerDay === null
        ? null
        : findRefusalOf(account, 'usdPerDay', this.#day, usdPerDay, estimate, time)) ??
      (usdPerMonth === null
        ? null
        : findRefusalOf(account, 'usdPerMonth', this.#month, usdPerMonth, estimate, time))
    )
  }

  /** @param estimate one that `findRefusal` does not refuse now. */
  reserve({ usdPerDay, usdPerMonth }: Account, estimate: Estimate, time: number): OpenAmounts {
    this.#requests.add(time, 1)
    return {
      tokens: estimate.tokens,
      second: this.#tokens.add(time, estimate.tokens),
      days: usdPerDay === null ? null : reserveDollars(this.#day, usdPerDay, estimate, time),
      months: usdPerMonth === null ? null : reserveDollars(this.#month, usdPerMonth, estimate, time),
    }
  }

  /** The dollars to add to what is reserved, of the day and of the month; null if a budget has too few left. */
  findRaise(
    { usdPerDay, usdPerMonth }: Account,
    { days, months }: OpenAmounts,
    estimate: DollarEstimate,
    time: number,
  ): RaisedDollars | null {
    const ofDay = findRaiseOf(this.#day, usdPerDay, days, estimate, time)
    const ofMonth = findRaiseOf(this.#month, usdPerMonth, months, estimate, time)
    return ofDay === null || ofMonth === null ? null : { ofDay, ofMonth }
  }

  /** @param raised as `findRaise` has just found it. */
  raise({ days, months }: OpenAmounts, { ofDay, ofMonth }: RaisedDollars): void {
    if (days !== null) {
      this.#day.raise(ofDay)
      days.usd += ofDay
    }
    if (months !== null) {
      this.#month.raise(ofMonth)
      months.usd += ofMonth
    }
  }

  settle({ tokens, second, days, months }: OpenAmounts, usage: Usage, time: number): void {
    this.#tokens.change(time, second, usage.tokens - tokens)
    if (days !== null) this.#day.settle(time, days.period, days.usd, usage.usd ?? days.usd)
    if (months !== null) this.#month.settle(time, months.period, months.usd, usage.usd ?? months.usd)
  }

  /** The least that is left of its budgets, from 0; null if it has none. */
  leftUsd({ usdPerDay, usdPerMonth }: Account, time: number): number | null {
    const ofDay = usdPerDay === null ? null : this.#day.left(time, usdPerDay)
    const ofMonth = usdPerMonth === null ? null : this.#month.left(time, usdPerMonth)
    if (ofDay === null && ofMonth === null) return null
    return Math.max(0, Math.min(ofDay ?? Number.POSITIVE_INFINITY, ofMonth ?? Number.POSITIVE_INFINITY))
  }

  /** The higher pace of its budgets; null if none is spent too fast. */
  pace(account: Account, time: number): BudgetPace | null {
    const { usdPerDay, usdPerMonth, isPaced } = account
    if (!isPaced) return null
    const ofDay = usdPerDay === null ? 1 : this.#day.pace(time, usdPerDay)
    const ofMonth = usdPerMonth === null ? 1 : this.#month.pace(time, usdPerMonth)
    if (ofDay <= 1 && ofMonth <= 1) return null
    return ofDay >= ofMonth
      ? { factor: ofDay, account, limit: 'usdPerDay' }
      : { factor: ofMonth, account, limit: 'usdPerMonth' }
  }
}

function findRefusalOf(
  account: Account,
  limit: LimitName,
  budget: DollarBudget,
  limitUsd: number,
  { usd, leastUsd }: Estimate,
  time: number,
): Refusal | null {
  if (usd === null) return refuse(account, 'unpriced', null)
  if (budget.findRoom(time, limitUsd, usd, leastUsd) !== null) return null
  return refuse(account, limit, budget.secondsUntil(time, limitUsd, leastUsd))
}

function findRaiseOf(
  budget: DollarBudget,
  limitUsd: number | null,
  open: OpenDollars | null,
  { usd, leastUsd }: DollarEstimate,
  time: number,
): number | null {
  if (limitUsd === null || open === null) return 0
  if (usd === null) return null
  return budget.findRaise(time, open.period, { limitUsd, reservedUsd: open.usd, usd, leastUsd })
}

function reserveDollars(
  budget: DollarBudget,
  limitUsd: number,
  { usd, leastUsd }: Estimate,
  time: number,
): OpenDollars {
  const reserved = budget.findRoom(time, limitUsd, usd ?? 0, leastUsd) ?? usd ?? 0
  return { usd: reserved, period: budget.reserve(time, reserved) }
}

function refuse(account: Account, limit: Refusal['limit'], retryAfterSeconds: number | null): Refusal {
  return { kind: 'refused', account, limit, retryAfterSeconds }
}

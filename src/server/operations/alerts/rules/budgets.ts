import type { ClientKey, GatewayLimits } from '../../../../config/config.ts'
import type { Account } from '../../../../gateway/accounts/account.ts'
import { findGatewayAccount, toKeyAccount } from '../../../../gateway/accounts/accounts.ts'
import type { Ledger } from '../../../../gateway/accounts/ledger.ts'
import type { Alert } from '../alert.ts'

export type BudgetSettings = {
  readonly keys: readonly ClientKey[]
  readonly limits: GatewayLimits
  /** From 1 to 100. */
  readonly percents: readonly number[]
}

/** Says which budgets have come to one of the percents since the check before. */
export type BudgetRule = { check(): readonly Alert[] }

/** Each percent of each budget is said once a period. @param now milliseconds since 1970. */
export function createBudgetRule(
  readSettings: () => BudgetSettings,
  ledger: Ledger,
  now: () => number,
): BudgetRule {
  /** The largest percent that was said, by budget and period. */
  let said = new Map<string, number>()

  function* checkAccount(
    account: Account,
    percents: readonly number[],
    next: Map<string, number>,
  ): Generator<Alert> {
    const day = new Date(now()).toISOString().slice(0, 10)
    const periods = [
      { name: 'day', at: day, usd: account.usdPerDay, own: { ...account, usdPerMonth: null } },
      { name: 'month', at: day.slice(0, 7), usd: account.usdPerMonth, own: { ...account, usdPerDay: null } },
    ]
    for (const { name, at, usd, own } of periods) {
      if (usd === null || usd === 0) continue
      const left = ledger.leftUsd([own])
      if (left === null) continue
      const used = usd - left
      const id = `budget:${account.id}:${name}:${at}`
      const before = said.get(id) ?? 0
      const reached = Math.max(
        0,
        ...percents.filter((percent) => used >= (percent / 100) * usd * (1 - rounding)),
      )
      next.set(id, Math.max(before, reached))
      if (reached <= before) continue
      yield {
        event: 'budget',
        key: `${id}:${reached}`,
        state: 'firing',
        summary: `${capitalise(account.label)} has used ${reached} % of its $${usd} of the ${name} ${at}: $${used.toFixed(6)}.`,
        details: { account: account.id, period: name, at, percent: reached, usedUsd: used, limitUsd: usd },
      }
    }
  }

  return {
    check() {
      const { keys, limits, percents } = readSettings()
      // Periods that are over are forgotten.
      const next = new Map<string, number>()
      const alerts = [...keys.map(toKeyAccount), findGatewayAccount(limits)].flatMap((account) => [
        ...checkAccount(account, percents, next),
      ])
      said = next
      return alerts
    },
  }
}

/** Five times a fifth of a budget are all of it. */
const rounding = 1e-9

function capitalise(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}

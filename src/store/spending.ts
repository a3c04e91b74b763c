import type { AccountDay } from './worker/messages.ts'

/**
 * The dollars that accounts had spent, for a ledger that begins.
 *
 * @returns a function of an account and a period in milliseconds since 1970, whose bounds are those of days of UTC.
 */
export function createSpending(
  days: readonly AccountDay[],
): (account: string, period: { readonly start: number; readonly end: number }) => number {
  const accounts = new Map<string, AccountDay[]>()
  for (const each of days) {
    const known = accounts.get(each.account)
    if (known === undefined) accounts.set(each.account, [each])
    else known.push(each)
  }
  return (account, { start, end }) => {
    let usd = 0
    for (const each of accounts.get(account) ?? []) {
      const time = each.day * dayMs
      if (time >= start && time < end) usd += each.usd
    }
    return usd
  }
}

const dayMs = 86_400_000

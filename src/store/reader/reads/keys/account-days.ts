import { dayOf, monthOf } from '../../../../gateway/accounts/memory/periods.ts'
import type { Database } from '../../../database/open-database.ts'
import type { AccountSums } from '../../answers/keys.ts'

export const dayMs = 86_400_000
/** Of the past, for a line and for a forecast. */
const mostDays = 60

/** Beginnings in milliseconds since 1970. */
export type Periods = { readonly today: number; readonly month: number; readonly monthEnd: number }

export function findPeriods(now: number): Periods {
  const month = monthOf(now)
  return { today: dayOf(now).start, month: month.start, monthEnd: month.end }
}

export type AccountDays = {
  readonly today: AccountSums
  readonly month: AccountSums
  /** Dollars of whole days, from the first use on; `first` is the beginning of the first one. */
  readonly whole: readonly number[]
  readonly first: number
}

/** What accounts have used, by their ids. @param accounts some of them. Default: all. */
export async function readAccountDays(
  db: Database,
  { today, month }: Periods,
  accounts?: readonly string[],
): Promise<ReadonlyMap<string, AccountDays>> {
  const last = today / dayMs
  let query = db
    .selectFrom('accounts')
    .selectAll()
    .where('day', '>=', last - mostDays)
    .where('day', '<=', last)
    .orderBy('day')
  if (accounts !== undefined) query = query.where('account', 'in', accounts)
  const found = new Map<string, { today: AccountSums; month: AccountSums; usd: Map<number, number> }>()
  for (const { account: id, day, requests, tokens, charged_nanousd } of await query.execute()) {
    const sums = { requests, tokens, usd: charged_nanousd / 1e9 }
    const known = found.get(id) ?? { today: none, month: none, usd: new Map() }
    if (day === last) known.today = sums
    if (day * dayMs >= month) known.month = addSums(known.month, sums)
    known.usd.set(day, sums.usd)
    found.set(id, known)
  }
  return new Map(
    Array.from(found, ([id, { usd, ...sums }]) => {
      const first = Math.min(...usd.keys())
      const whole = Array.from({ length: last - first }, (_, index) => usd.get(first + index) ?? 0)
      return [id, { ...sums, whole, first: first * dayMs }]
    }),
  )
}

export const none: AccountSums = { requests: 0, tokens: 0, usd: 0 }

function addSums(one: AccountSums, other: AccountSums): AccountSums {
  return {
    requests: one.requests + other.requests,
    tokens: one.tokens + other.tokens,
    usd: one.usd + other.usd,
  }
}

import { forecastCosts } from '../../../../gateway/accounts/forecast/forecast-costs.ts'
import type { Database } from '../../../database/open-database.ts'
import type { AccountUse, KeyUsage, KeyUsageQuery, LastUse } from '../../answers/keys.ts'
import { type AccountDays, dayMs, findPeriods, readAccountDays } from './account-days.ts'

const hourMs = 3_600_000
/** A forecast takes some milliseconds; the dearest accounts have one. */
const mostForecasts = 30
const mostKeys = 500
const keyPrefix = 'key:'

/** What each key has used of the day and the month, and what it will cost. */
export async function readKeyUsage(db: Database, { now }: KeyUsageQuery): Promise<KeyUsage> {
  const periods = findPeriods(now)
  const days = await readAccountDays(db, periods)
  const refused = await readRefused(db, periods.today)
  const lastUses = await readLastUses(db, now)
  const toUse = (
    { today, month, whole }: AccountDays,
    key: string | null,
    isForecast: boolean,
  ): AccountUse => {
    const forecast = isForecast ? forecastCosts(whole) : null
    return {
      today,
      month,
      refusedToday: key === null ? sum(refused.values()) : (refused.get(key) ?? 0),
      lastUsed: key === null ? findLatest(lastUses.values()) : (lastUses.get(key) ?? null),
      next: forecast?.kind === 'known' ? { usd: forecast.usd, low: forecast.low, high: forecast.high } : null,
    }
  }
  const ofKeys = [...days]
    .filter(([account]) => account.startsWith(keyPrefix))
    .map(([account, used]) => ({ name: account.slice(keyPrefix.length), used }))
    .toSorted((one, other) => other.used.month.usd - one.used.month.usd || (one.name < other.name ? -1 : 1))
    .slice(0, mostKeys)
  return {
    ...periods,
    all: toUse(days.get('gateway') ?? unused, null, true),
    keys: ofKeys.map(({ name, used }, index) => ({ name, ...toUse(used, name, index < mostForecasts) })),
  }
}

const sums = { requests: 0, tokens: 0, usd: 0 }
const unused: AccountDays = { today: sums, month: sums, whole: [], first: 0 }

/** Requests of keys that were refused with 429 before any model was called. */
async function readRefused(db: Database, from: number): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('requests')
    .select(({ fn }) => ['key', fn.countAll<number>().as('count')])
    .where('time', '>=', from)
    .where('status', '=', 429)
    .where('attempts', '=', 0)
    .where('key', 'is not', null)
    .groupBy('key')
    .execute()
  return new Map(rows.map(({ key, count }) => [key!, Number(count)]))
}

/** To the hour within the last day, else to the day. */
async function readLastUses(db: Database, now: number): Promise<ReadonlyMap<string, LastUse>> {
  const days = await db
    .selectFrom('name_days')
    .select(({ fn }) => ['name', fn.max('day').as('day')])
    .where('day', '>=', Math.floor(now / dayMs) - 60)
    .where('kind', '=', 'key')
    .groupBy('name')
    .execute()
  const hours = await db
    .selectFrom('usage_hours')
    .select(({ fn }) => ['key', fn.max('hour').as('hour')])
    .where('hour', '>=', Math.floor(now / hourMs) - 24)
    .groupBy('key')
    .execute()
  return new Map<string, LastUse>([
    ...days.map(({ name, day }) => [name, { time: Number(day) * dayMs, unit: 'day' as const }] as const),
    ...hours.map(({ key, hour }) => [key, { time: Number(hour) * hourMs, unit: 'hour' as const }] as const),
  ])
}

function findLatest(uses: Iterable<LastUse>): LastUse | null {
  let latest: LastUse | null = null
  for (const use of uses) if (latest === null || use.time > latest.time) latest = use
  return latest
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

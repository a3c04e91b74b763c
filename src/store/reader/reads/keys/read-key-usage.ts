import { forecastCosts } from '../../../../gateway/accounts/forecast/forecast-costs.ts'
import type { Database } from '../../../database/open-database.ts'
import { readRolledUp } from '../../../totals/roll-up.ts'
import type { AccountUse, KeyUsage, KeyUsageQuery, LastUse, Refusals } from '../../answers/keys.ts'
import { type AccountDays, dayMs, findPeriods, readAccountDays } from './account-days.ts'

const hourMs = 3_600_000
/** A forecast takes some milliseconds; the dearest accounts have one. */
const mostForecasts = 30
const mostKeys = 500
const keyPrefix = 'key:'
const gateway = 'gateway'

/** What each key has used of the day and the month, and what it will cost. */
export async function readKeyUsage(db: Database, { now, key: only }: KeyUsageQuery): Promise<KeyUsage> {
  const periods = findPeriods(now)
  const accounts = only === null ? undefined : [gateway, keyPrefix + only]
  const days = await readAccountDays(db, periods, accounts)
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
      refusedToday: key === null ? sumRefusals(refused.values()) : (refused.get(key) ?? noRefusals),
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
    all: toUse(days.get(gateway) ?? unused, null, only === null),
    keys: ofKeys.map(({ name, used }, index) => ({
      name,
      ...toUse(used, name, only === null && index < mostForecasts),
    })),
  }
}

const sums = { requests: 0, tokens: 0, usd: 0 }
const unused: AccountDays = { today: sums, month: sums, whole: [], first: 0 }

const noRefusals: Refusals = { overLimit: 0, notAllowed: 0 }
const refusalOf: Readonly<Record<number, keyof Refusals>> = {
  403: 'notAllowed',
  429: 'overLimit',
}

/** Requests of keys that were refused before any model was called. */
async function readRefused(db: Database, from: number): Promise<ReadonlyMap<string, Refusals>> {
  const rows = await db
    .selectFrom('requests')
    .select(({ fn }) => ['key', 'status', fn.countAll<number>().as('count')])
    .where('time', '>=', from)
    .where('status', 'in', Object.keys(refusalOf).map(Number))
    .where('attempts', '=', 0)
    .where('key', 'is not', null)
    .groupBy(['key', 'status'])
    .execute()
  const refused = new Map<string, Refusals>()
  for (const { key, status, count } of rows) {
    const refusals = refused.get(key!) ?? noRefusals
    refused.set(key!, { ...refusals, [refusalOf[status]!]: Number(count) })
  }
  return refused
}

/** To the hour within the last day, else to the day. The totals do not have the latest requests yet. */
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
  const latest = await db
    .selectFrom('requests')
    .select(({ fn }) => ['key', fn.max('time').as('time')])
    .where('seq', '>', await readRolledUp(db))
    .where('key', 'is not', null)
    .groupBy('key')
    .execute()
  return new Map<string, LastUse>([
    ...days.map(({ name, day }) => [name, { time: Number(day) * dayMs, unit: 'day' as const }] as const),
    ...hours.map(({ key, hour }) => [key, { time: Number(hour) * hourMs, unit: 'hour' as const }] as const),
    ...latest.map(({ key, time }) => {
      const hour = Math.floor(Number(time) / hourMs)
      return [key!, { time: hour * hourMs, unit: 'hour' as const }] as const
    }),
  ])
}

function findLatest(uses: Iterable<LastUse>): LastUse | null {
  let latest: LastUse | null = null
  for (const use of uses) if (latest === null || use.time > latest.time) latest = use
  return latest
}

function sumRefusals(all: Iterable<Refusals>): Refusals {
  const total = { ...noRefusals }
  for (const { overLimit, notAllowed } of all) {
    total.overLimit += overLimit
    total.notAllowed += notAllowed
  }
  return total
}

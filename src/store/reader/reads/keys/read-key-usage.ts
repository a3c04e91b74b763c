import { forecastCosts } from '../../../../gateway/accounts/forecast/forecast-costs.ts'
import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import { readRolledUp } from '../../../totals/roll-up.ts'
import { isRefusal } from '../../../totals/statements.ts'
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
  const revocations = await readRevocations(db)
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
      revokedAt: revocations.get(name) ?? null,
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

/** Of the totals and of the requests that they do not have yet. In one statement: the totals grow meanwhile. */
const selectRefused = `
select key, status, sum(requests) as requests from (
  select key, status, requests from refusal_days where day = ?
  union all
  select key, status, 1 from requests
  where seq > (select coalesce(max(position), 0) from job_positions where job = 'usage-hours')
    and +time >= ? and ${isRefusal}) as refused
group by key, status`

/** Requests of keys that were refused before any model was called. @param today its beginning. */
async function readRefused(db: Database, today: number): Promise<ReadonlyMap<string, Refusals>> {
  type Row = { readonly key: string; readonly status: number; readonly requests: number }
  const { rows } = await db.executeQuery<Row>(
    CompiledQuery.raw(selectRefused, [Math.floor(today / dayMs), today]),
  )
  const refused = new Map<string, Refusals>()
  for (const { key, status, requests } of rows) {
    const refusals = refused.get(key) ?? noRefusals
    refused.set(key, { ...refusals, [refusalOf[status]!]: Number(requests) })
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
  const uses = [
    ...days.map(({ name, day }) => [name, { time: Number(day) * dayMs, unit: 'day' }] as const),
    ...hours.map(({ key, hour }) => [key, { time: Number(hour) * hourMs, unit: 'hour' }] as const),
    ...latest.map(({ key, time }) => {
      const hour = Math.floor(Number(time) / hourMs)
      return [key!, { time: hour * hourMs, unit: 'hour' }] as const
    }),
  ]
  const last = new Map<string, LastUse>()
  // Requests are kept when they end, so a later row may be of an earlier hour.
  for (const [key, use] of uses) if (use.time >= (last.get(key)?.time ?? 0)) last.set(key, use)
  return last
}

/** Of keys whose latest change was that they were revoked: the events of the page are few. */
async function readRevocations(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('audit_trail')
    .select(['subject', 'time'])
    .where('action', '=', 'revoke-key')
    .where('seq', 'in', (from) =>
      from
        .selectFrom('audit_trail')
        .select(({ fn }) => fn.max('seq').as('seq'))
        .where('action', 'like', '%-key')
        .groupBy('subject'),
    )
    .execute()
  return new Map(rows.map(({ subject, time }) => [subject, time]))
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

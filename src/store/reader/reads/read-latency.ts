import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import {
  addToHistogram,
  findPercentiles,
  type Histogram,
  mergeHistogram,
} from '../../ingest/totals/latency.ts'
import type { LatencyAnswer, Percentiles, UsageFilter } from '../answers.ts'
import { requestConditions } from './request-conditions.ts'
import { isOfModelOnly, wholeHours } from './usage-source.ts'

/** Of more requests of a key, a policy or a tag an even sample is read. */
const mostRequests = 20_000

/** Percentiles of the times of requests that were answered, from the totals by the hour if these can tell. */
export async function readLatency(db: Database, filter: UsageFilter): Promise<LatencyAnswer> {
  const [firstByte, total] = isOfModelOnly(filter)
    ? await readTotals(db, filter)
    : await readSample(db, filter)
  return { firstByte: toPercentiles(firstByte), total: toPercentiles(total) }
}

async function readTotals(db: Database, filter: UsageFilter): Promise<readonly [Histogram, Histogram]> {
  const { from, to } = wholeHours(filter)
  let query = db
    .selectFrom('latency_hours')
    .select(['first_byte', 'total'])
    .where('hour', '>=', from)
    .where('hour', '<', to)
  if (filter.model !== undefined) query = query.where('model', '=', filter.model)
  const histograms = [new Map(), new Map()] as const
  for (const row of await query.execute()) {
    mergeHistogram(histograms[0], row.first_byte)
    mergeHistogram(histograms[1], row.total)
  }
  return histograms
}

async function readSample(db: Database, filter: UsageFilter): Promise<readonly [Histogram, Histogram]> {
  const { sql, parameters } = requestConditions(filter)
  const run = async <Row>(text: string, more: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters, ...more]))).rows
  const [ends] = await run<{ low: number | null; high: number | null }>(
    `select min(seq) as low, max(seq) as high from requests where ${sql}`,
  )
  const span = (ends?.high ?? 0) - (ends?.low ?? 0) + 1
  const rows = await run<{ total: number; head: number | null }>(
    `select total_us as total, first_byte_us as head from requests
     where ${sql} and status < 400 and model is not null and seq % ? = 0`,
    [Math.max(1, Math.ceil(span / mostRequests))],
  )
  const histograms = [new Map(), new Map()] as const
  for (const { total, head } of rows) {
    if (head !== null) addToHistogram(histograms[0], head, 1)
    addToHistogram(histograms[1], total, 1)
  }
  return histograms
}

function toPercentiles(histogram: Histogram): Percentiles | null {
  const [p50, p95] = findPercentiles(histogram, [0.5, 0.95])
  if (typeof p50 !== 'number' || typeof p95 !== 'number') return null
  return { p50: p50 / 1000, p95: p95 / 1000 }
}

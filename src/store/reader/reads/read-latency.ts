import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import { bucketSql, findPercentile, type Histogram } from '../../totals/latency.ts'
import type { LatencyAnswer, Percentiles, UsageFilter } from '../answers.ts'
import { requestConditions } from './request-conditions.ts'
import { isOfModelOnly, splitTime, wholeHours } from './usage-source.ts'

/** Requests that were kept one after the other, and at most so many times, evenly over the time. */
type Sample = { readonly windows: number; readonly rows: number }

/** Of a key, a policy or a tag, or of less than a day: 20,000 requests. */
const wholeSample: Sample = { windows: 100, rows: 200 }
/** Of the hours beside whole days, which are known exactly: 2,000 requests. */
const hoursSample: Sample = { windows: 25, rows: 80 }
const hourMs = 3_600_000

/**
 * Percentiles of the times of requests that were answered: of whole days from their totals, of the hours before and after them,
 * and of a key, a policy or a tag, from the requests.
 */
export async function readLatency(db: Database, filter: UsageFilter): Promise<LatencyAnswer> {
  const counts: Count[] = []
  const parts = splitTime(wholeHours(filter), isOfModelOnly(filter))
  const sample = parts.length > 1 ? hoursSample : wholeSample
  for (const { unit, from, to } of parts)
    counts.push(
      ...(unit === 'day'
        ? await readTotals(db, filter.model, from, to)
        : await readSample(db, { ...filter, from: from * hourMs, to: to * hourMs }, sample)),
    )
  const [firstByte, total] = toHistograms(counts)
  return { firstByte: toPercentiles(firstByte), total: toPercentiles(total) }
}

type Histograms = readonly [firstByte: Histogram, total: Histogram]
type Count = { readonly measure: string; readonly bucket: number; readonly count: number }

async function readTotals(
  db: Database,
  model: string | undefined,
  from: number,
  to: number,
): Promise<readonly Count[]> {
  let query = db
    .selectFrom('latency_days')
    .select(({ fn }) => ['measure', 'bucket', fn.sum<number>('requests').as('count')])
    .where('day', '>=', from)
    .where('day', '<', to)
  if (model !== undefined) query = query.where('model', '=', model)
  return query.groupBy(['measure', 'bucket']).execute()
}

async function readSample(db: Database, filter: UsageFilter, sample: Sample): Promise<readonly Count[]> {
  const { sql, parameters } = requestConditions({ ...filter, from: undefined, to: undefined })
  const [low, high] = [await findEnd(db, filter, 'asc'), await findEnd(db, filter, 'desc')]
  if (low === null || high === null) return []
  const windows = Math.max(1, Math.min(sample.windows, Math.ceil((high - low + 1) / sample.rows)))
  const step = (high - low + 1) / windows
  const ends = Array.from({ length: windows }, (_, window) => {
    const from = Math.round(low + window * step)
    return [from, Math.min(Math.round(low + (window + 1) * step), from + sample.rows)]
  })
  const counts: Count[] = []
  for (const measure of ['first_byte', 'total'] as const) {
    // `cross join` keeps SQLite from going through all requests first.
    const query = CompiledQuery.raw(
      `with windows (low, high) as (values ${ends.map(() => '(?, ?)').join(', ')})
       select '${measure}' as measure, ${bucketSql(`${measure}_us`)} as bucket, count(*) as count
       from windows cross join requests on seq >= low and seq < high
       where ${sql} and status < 400 and model is not null and ${measure}_us is not null group by 2`,
      [...ends.flat(), ...parameters],
    )
    counts.push(...(await db.executeQuery<Count>(query)).rows)
  }
  // Each stands for those between the windows too.
  const weight = Math.max(1, step / sample.rows)
  return counts.map(({ measure, bucket, count }) => ({ measure, bucket, count: Number(count) * weight }))
}

/** The first or the last `seq` of a time, or nearly: requests are kept when they end. */
async function findEnd(
  db: Database,
  { from, to }: UsageFilter,
  order: 'asc' | 'desc',
): Promise<number | null> {
  const row = await db
    .selectFrom('requests')
    .select('seq')
    .where('time', '>=', from)
    .where('time', '<', to)
    .orderBy('time', order)
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? null
}

function toHistograms(counts: readonly Count[]): Histograms {
  const histograms = { first_byte: new Map<number, number>(), total: new Map<number, number>() }
  for (const { measure, bucket, count } of counts) {
    const histogram = measure === 'total' ? histograms.total : histograms.first_byte
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + Number(count))
  }
  return [histograms.first_byte, histograms.total]
}

function toPercentiles(histogram: Histogram): Percentiles | null {
  const [p50, p95] = [findPercentile(histogram, 0.5), findPercentile(histogram, 0.95)]
  return p50 === null || p95 === null ? null : { p50, p95 }
}

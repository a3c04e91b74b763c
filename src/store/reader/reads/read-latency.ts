import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import { bucketSql, findPercentile, type Histogram } from '../../totals/latency.ts'
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

type Histograms = readonly [firstByte: Histogram, total: Histogram]
type Count = { readonly measure: string; readonly bucket: number; readonly count: number }

async function readTotals(db: Database, filter: UsageFilter): Promise<Histograms> {
  const { from, to } = wholeHours(filter)
  let query = db
    .selectFrom('latency_hours')
    .select(({ fn }) => ['measure', 'bucket', fn.sum<number>('requests').as('count')])
    .where('hour', '>=', from)
    .where('hour', '<', to)
  if (filter.model !== undefined) query = query.where('model', '=', filter.model)
  return toHistograms(await query.groupBy(['measure', 'bucket']).execute())
}

async function readSample(db: Database, filter: UsageFilter): Promise<Histograms> {
  const { sql, parameters } = requestConditions(filter)
  const run = async <Row>(text: string, more: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters, ...more]))).rows
  const [ends] = await run<{ low: number | null; high: number | null }>(
    `select min(seq) as low, max(seq) as high from requests where ${sql}`,
  )
  const step = Math.max(1, Math.ceil(((ends?.high ?? 0) - (ends?.low ?? 0) + 1) / mostRequests))
  const countsOf = (measure: 'first_byte' | 'total') =>
    run<Count>(
      `select '${measure}' as measure, ${bucketSql(`${measure}_us`)} as bucket, count(*) as count from requests
       where ${sql} and status < 400 and model is not null and ${measure}_us is not null and seq % ? = 0 group by 2`,
      [step],
    )
  return toHistograms([...(await countsOf('first_byte')), ...(await countsOf('total'))])
}

function toHistograms(counts: readonly Count[]): Histograms {
  const of = (wanted: string) =>
    new Map(
      counts.filter(({ measure }) => measure === wanted).map(({ bucket, count }) => [bucket, Number(count)]),
    )
  return [of('first_byte'), of('total')]
}

function toPercentiles(histogram: Histogram): Percentiles | null {
  const [p50, p95] = [findPercentile(histogram, 0.5), findPercentile(histogram, 0.95)]
  return p50 === null || p95 === null ? null : { p50, p95 }
}

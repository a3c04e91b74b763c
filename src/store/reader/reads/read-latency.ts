import { CompiledQuery } from '../../database/kysely.ts'
import type { Database } from '../../database/open-database.ts'
import type { LatencyAnswer, Percentiles, UsageFilter } from '../answers.ts'
import { requestConditions } from './request-conditions.ts'

/** Of more requests an even sample is read. */
const mostRequests = 20_000

/** Percentiles of the times of requests that were answered. */
export async function readLatency(db: Database, filter: UsageFilter): Promise<LatencyAnswer> {
  const { sql, parameters } = requestConditions(filter)
  const run = async <Row>(text: string, more: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters, ...more]))).rows
  const [first] = await run<{ low: number | null; high: number | null }>(
    `select min(seq) as low, max(seq) as high from requests where ${sql}`,
  )
  const span = (first?.high ?? 0) - (first?.low ?? 0) + 1
  const step = Math.max(1, Math.ceil(span / mostRequests))
  const rows = await run<{ total: number; head: number | null; overhead: number | null }>(
    `select total_us as total, first_byte_us as head, overhead_us as overhead
     from requests where ${sql} and status < 400 and model is not null and seq % ? = 0`,
    [step],
  )
  return {
    total: toPercentiles(rows.map(({ total }) => total)),
    firstByte: toPercentiles(rows.map(({ head }) => head)),
    overhead: toPercentiles(rows.map(({ overhead }) => overhead)),
    requests: rows.length,
  }
}

function toPercentiles(microseconds: readonly (number | null)[]): Percentiles | null {
  const sorted = Float64Array.from(microseconds.filter((each) => each !== null)).sort()
  if (sorted.length === 0) return null
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]! / 1000
  return { p50: at(0.5), p95: at(0.95) }
}

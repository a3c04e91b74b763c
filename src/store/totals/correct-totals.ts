import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import { findBucket } from './latency.ts'
import { readRolledUp } from './roll-up.ts'
import { nameKinds } from './statements.ts'

/** A request as the totals have counted it. */
export type CountedRequest = {
  readonly seq: number
  readonly time: number
  readonly model: string | null
  readonly policy: string | null
  readonly router: string | null
  readonly key: string | null
  readonly task: string | null
  readonly tags: string | null
  readonly fallback: string | null
  readonly status: number
  readonly first_byte_us: number | null
  readonly total_us: number
}

type RequestEnd = { readonly status: number; readonly total_us: number }

/**
 * Gives a request that is in the totals another end. Call it in the transaction that gives the request its own.
 *
 * @param end its final status, and how long it took.
 */
export async function correctTotals(db: Database, request: CountedRequest, end: RequestEnd): Promise<void> {
  if (request.seq > (await readRolledUp(db))) return
  const hour = Math.floor(request.time / 3_600_000)
  const day = Math.floor(hour / 24)
  const model = request.model ?? ''
  const run = (sql: string, parameters: readonly unknown[]) =>
    db.executeQuery(CompiledQuery.raw(sql, [...parameters]))
  await correctUsage(db, request, end)
  for (const [status, sign] of [
    [request.status, -1],
    [end.status, 1],
  ] as const)
    await run(
      `insert into outcome_hours (hour, model, status, fallback, requests) values (?, ?, ?, ?, ?)
       on conflict (hour, model, status, fallback) do update set requests = outcome_hours.requests + excluded.requests`,
      [hour, model, status, request.fallback ?? '', sign],
    )
  const changeLatency = (measure: 'first_byte' | 'total', microseconds: number | null, sign: 1 | -1) =>
    microseconds === null
      ? Promise.resolve()
      : run(
          `insert into latency_days (day, model, measure, bucket, requests) values (?, ?, ?, ?, ?)
           on conflict (day, model, measure, bucket) do update set requests = latency_days.requests + excluded.requests`,
          [day, model, measure, findBucket(microseconds), sign],
        )
  if (request.status < 400) {
    await changeLatency('first_byte', request.first_byte_us, -1)
    await changeLatency('total', request.total_us, -1)
  }
  if (end.status < 400) {
    await changeLatency('first_byte', request.first_byte_us, 1)
    await changeLatency('total', end.total_us, 1)
  }
}

/** In the tables with the sums of requests. */
async function correctUsage(db: Database, request: CountedRequest, end: RequestEnd): Promise<void> {
  const errors = Number(end.status >= 400) - Number(request.status >= 400)
  const rescued = request.fallback === null ? 0 : -errors
  const changes = [errors, end.total_us - request.total_us, rescued]
  const correct = (table: string, key: Readonly<Record<string, string | number>>) =>
    db.executeQuery(
      CompiledQuery.raw(
        `update ${table} set errors = errors + ?, total_us = total_us + ?, rescued = coalesce(rescued, 0) + ?
         where ${Object.keys(key)
           .map((column) => `${column} = ?`)
           .join(' and ')}`,
        [...changes, ...Object.values(key)],
      ),
    )
  const hour = Math.floor(request.time / 3_600_000)
  const day = Math.floor(hour / 24)
  const tags = new Set(JSON.parse(request.tags ?? '[]') as string[])
  const names = Object.fromEntries(
    (['model', 'policy', 'router', 'key', 'task'] as const).map((name) => [name, request[name] ?? '']),
  )
  await correct('usage_hours', { hour, ...names })
  await correct('usage_days', { day, ...names })
  for (const tag of tags) await correct('tag_days', { day, tag, ...names })
  for (const kind of nameKinds) {
    const name = request[kind] ?? ''
    await correct('name_hours', { kind, hour, name })
    await correct('name_days', { day, kind, name })
    for (const tag of tags) await correct('tag_name_days', { tag, day, kind, name })
  }
}

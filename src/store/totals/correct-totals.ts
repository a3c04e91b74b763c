import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import { findBucket } from './latency.ts'
import { readRolledUp } from './roll-up.ts'

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

/**
 * Gives a request that is in the totals another end. Call it in the transaction that gives the request its own.
 *
 * @param end its final status, and how long it took.
 */
export async function correctTotals(
  db: Database,
  request: CountedRequest,
  end: { readonly status: number; readonly total_us: number },
): Promise<void> {
  if (request.seq > (await readRolledUp(db))) return
  const hour = Math.floor(request.time / 3_600_000)
  const errors = Number(end.status >= 400) - Number(request.status >= 400)
  const rescued = request.fallback === null ? 0 : -errors
  const changes = [errors, end.total_us - request.total_us, rescued]
  const names = [request.model, request.policy, request.router, request.key, request.task].map(
    (name) => name ?? '',
  )
  const run = (sql: string, parameters: readonly unknown[]) =>
    db.executeQuery(CompiledQuery.raw(sql, [...parameters]))
  for (const [table, unit, time] of [
    ['usage_hours', 'hour', hour],
    ['usage_days', 'day', Math.floor(hour / 24)],
  ] as const)
    await run(
      `update ${table} set errors = errors + ?, total_us = total_us + ?, rescued = coalesce(rescued, 0) + ?
       where ${unit} = ? and model = ? and policy = ? and router = ? and key = ? and task = ?`,
      [...changes, time, ...names],
    )
  const day = Math.floor(hour / 24)
  for (const tag of new Set(JSON.parse(request.tags ?? '[]') as string[]))
    await run(
      `update tag_days set errors = errors + ?, total_us = total_us + ?, rescued = coalesce(rescued, 0) + ?
       where day = ? and tag = ? and model = ? and policy = ? and router = ? and key = ? and task = ?`,
      [...changes, day, tag, ...names],
    )
  for (const [kind, name] of [
    ['model', names[0]],
    ['policy', names[1]],
    ['key', names[3]],
    ['task', names[4]],
  ])
    await run(
      'update name_days set errors = errors + ?, total_us = total_us + ?, rescued = coalesce(rescued, 0) + ? where day = ? and kind = ? and name = ?',
      [...changes, day, kind, name],
    )
  for (const [status, sign] of [
    [request.status, -1],
    [end.status, 1],
  ] as const)
    await run(
      `insert into outcome_hours (hour, model, status, fallback, requests) values (?, ?, ?, ?, ?)
       on conflict (hour, model, status, fallback) do update set requests = outcome_hours.requests + excluded.requests`,
      [hour, names[0], status, request.fallback ?? '', sign],
    )
  const changeLatency = (measure: 'first_byte' | 'total', microseconds: number | null, sign: 1 | -1) =>
    microseconds === null
      ? Promise.resolve()
      : run(
          `insert into latency_days (day, model, measure, bucket, requests) values (?, ?, ?, ?, ?)
           on conflict (day, model, measure, bucket) do update set requests = latency_days.requests + excluded.requests`,
          [day, names[0], measure, findBucket(microseconds), sign],
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

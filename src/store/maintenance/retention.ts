import { setTimeout as wait } from 'node:timers/promises'
import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import { toDay } from '../entries/request-columns.ts'
import { removeTextsBefore } from '../texts/text-files.ts'

export type RetentionOptions = {
  readonly now: number
  /** Requests that are older are removed; null keeps them. */
  readonly days: number | null
  /** Of the database: beyond it the oldest requests are removed; null sets no limit. */
  readonly bytes: number | null
  readonly textFolder: string
  readonly isStopped?: () => boolean
}

/** A step takes some milliseconds; other processes and the journal's reader go on between two. */
const rowsOfStep = 2000
const pauseMs = 5
/** Of the disk, given back in one step. */
const pagesOfStep = 500
/** Budgets of a month need the account's days. */
const keptAccountDays = 62

/**
 * Removes the oldest requests with their texts, sessions, labels and feedback, and gives the space back, in short steps.
 * Roll-ups by hour stay, so totals remain. Requests that are not in the totals yet are never removed.
 *
 * @returns how many requests were removed.
 */
export async function applyRetention(db: Database, options: RetentionOptions): Promise<number> {
  const { now, days, bytes, textFolder, isStopped = () => false } = options
  let removed = 0
  if (days !== null) {
    const before = (toDay(now) - days + 1) * 86_400_000
    removed += await removeBefore(db, before, isStopped)
    removeTextsBefore(textFolder, toDay(before))
    await db
      .deleteFrom('accounts')
      .where('day', '<', Math.min(toDay(before), toDay(now) - keptAccountDays))
      .execute()
  }
  if (bytes !== null) {
    while (!isStopped() && (await measureUsedBytes(db)) > bytes) {
      const oldest = await findOldestDay(db)
      if (oldest === null || oldest >= toDay(now)) break
      removed += await removeBefore(db, (oldest + 1) * 86_400_000, isStopped)
      removeTextsBefore(textFolder, oldest + 1)
    }
  }
  if (removed > 0) await giveSpaceBack(db, isStopped)
  return removed
}

async function removeBefore(db: Database, time: number, isStopped: () => boolean): Promise<number> {
  let removed = 0
  while (!isStopped()) {
    const { numAffectedRows = 0n } = await db.executeQuery(
      CompiledQuery.raw(removeRequests, [time, rowsOfStep]),
    )
    removed += Number(numAffectedRows)
    if (Number(numAffectedRows) < rowsOfStep) break
    await wait(pauseMs)
  }
  for (const [table, column] of dependents) {
    while (!isStopped()) {
      const statement = `delete from ${table} where ${column} in (select ${column} from ${table} where ${column} < ? order by ${column} limit ?)`
      const { numAffectedRows = 0n } = await db.executeQuery(CompiledQuery.raw(statement, [time, rowsOfStep]))
      if (Number(numAffectedRows) < rowsOfStep) break
      await wait(pauseMs)
    }
  }
  await db.executeQuery(CompiledQuery.raw(removeAmended))
  return removed
}

const removeAmended = 'delete from amended_requests where seq < coalesce((select min(seq) from requests), 0)'

const removeRequests = `
delete from requests where seq in (
  select seq from requests where time < ? and seq <= (select position from job_positions where job = 'usage-hours')
  order by time limit ?)`

const dependents = [
  ['sessions', 'last_time'],
  ['feedback', 'time'],
  ['labels', 'time'],
  ['shadow_pairs', 'time'],
  ['label_queue', 'time'],
] as const

async function findOldestDay(db: Database): Promise<number | null> {
  const row = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.min('time').as('time'))
    .executeTakeFirst()
  return row?.time == null ? null : toDay(row.time)
}

/** Bytes of the database that hold something. */
export async function measureUsedBytes(db: Database): Promise<number> {
  const read = async (name: string) => {
    const { rows } = await db.executeQuery<Record<string, number>>(CompiledQuery.raw(`pragma ${name}`))
    return Number(Object.values(rows[0] ?? {})[0] ?? 0)
  }
  return ((await read('page_count')) - (await read('freelist_count'))) * (await read('page_size'))
}

async function giveSpaceBack(db: Database, isStopped: () => boolean): Promise<void> {
  while (!isStopped()) {
    const { rows } = await db.executeQuery<{ freelist_count: number }>(
      CompiledQuery.raw('pragma freelist_count'),
    )
    const free = Number(rows[0]?.freelist_count ?? 0)
    if (free < pagesOfStep) break
    await db.executeQuery(CompiledQuery.raw(`pragma incremental_vacuum(${pagesOfStep})`))
    const { rows: after } = await db.executeQuery<{ freelist_count: number }>(
      CompiledQuery.raw('pragma freelist_count'),
    )
    if (Number(after[0]?.freelist_count ?? 0) >= free) break // a database of another program, without auto_vacuum
    await wait(pauseMs)
  }
}

import { readFileSync } from 'node:fs'
import { CompiledQuery } from './database/kysely.ts'
import type { Database } from './database/open-database.ts'
import { scanFrames } from './journal/frame.ts'
import { listSegments } from './journal/segments.ts'
import { storePaths } from './paths.ts'

/** What is wrong with a store; empty if nothing is. */
export async function findStoreProblems(db: Database, folder: string): Promise<readonly string[]> {
  const problems: string[] = []
  const { rows } = await db.executeQuery<{ integrity_check: string }>(
    CompiledQuery.raw('pragma integrity_check'),
  )
  for (const { integrity_check: found } of rows) if (found !== 'ok') problems.push(`the database: ${found}`)
  for (const { name, path } of listSegments(storePaths(folder).journal)) {
    const { damagedBytes } = scanFrames(readFileSync(path))
    if (damagedBytes > 0) problems.push(`the journal: ${damagedBytes} bytes of ${name} are damaged`)
  }
  const skipped = await db
    .selectFrom('journal_positions')
    .select(({ fn }) => fn.sum<number | null>('damaged_bytes').as('bytes'))
    .executeTakeFirst()
  if (Number(skipped?.bytes ?? 0) > 0 && problems.length === 0)
    problems.push(`the journal: ${skipped?.bytes} bytes were damaged and have been skipped`)
  // Roll-ups outlive their requests, so they count as many at least.
  const [requests, rolledUp] = await Promise.all([
    countRequests(db),
    db
      .selectFrom('usage_hours')
      .select(({ fn }) => fn.sum<number | null>('requests').as('count'))
      .executeTakeFirst(),
  ])
  if (Number(rolledUp?.count ?? 0) < requests)
    problems.push(`the totals by the hour have ${rolledUp?.count ?? 0} requests of ${requests}`)
  return problems
}

async function countRequests(db: Database): Promise<number> {
  const row = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

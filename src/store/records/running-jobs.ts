import type { Database } from '../database/open-database.ts'
import type { JobHolder } from './types/job-holder.ts'

/**
 * Takes a job for a process, unless another one has it. Processes on one store see each other, whatever their number.
 *
 * @param isGone whether a holder no longer runs. @returns the process that has it; null if this one has it now.
 */
export async function takeJob(
  db: Database,
  id: string,
  holder: JobHolder,
  isGone: (other: JobHolder) => boolean,
): Promise<JobHolder | null> {
  const payload = JSON.stringify(holder)
  const row = { id, name: id, time: holder.time, state: 'running', payload, result: null }
  await db
    .insertInto('jobs')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  for (;;) {
    const found = await db
      .selectFrom('jobs')
      .select(['state', 'payload'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (found.payload === payload && found.state === 'running') return null
    const other = JSON.parse(found.payload) as JobHolder
    if (found.state === 'running' && !isGone(other)) return other
    // Whoever changes the row that was read has it.
    await db
      .updateTable('jobs')
      .set(row)
      .where('id', '=', id)
      .where('payload', '=', found.payload)
      .where('state', '=', found.state)
      .execute()
  }
}

/** Gives a job back, with its result. */
export async function finishJob(db: Database, id: string, holder: JobHolder, result: unknown): Promise<void> {
  await db
    .updateTable('jobs')
    .set({ state: 'done', result: JSON.stringify(result) })
    .where('id', '=', id)
    .where('payload', '=', JSON.stringify(holder))
    .execute()
}

/** The process that has a job, which may have ended without giving it back; null if none has it. */
export async function findJobHolder(
  db: Database,
  { id }: { readonly id: string },
): Promise<JobHolder | null> {
  const found = await db
    .selectFrom('jobs')
    .select('payload')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return found === undefined ? null : (JSON.parse(found.payload) as JobHolder)
}

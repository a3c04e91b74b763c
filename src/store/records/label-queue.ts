import type { Database } from '../database/open-database.ts'
import type { EntryCandidate } from '../entries/entry.ts'
import { putLabel } from './labels.ts'
import type { QueueAnswer, QueueItem, QueueQuery, QueueReason, QueueState } from './types/labels.ts'

/** Puts requests up. One that was put up before stays as it is. @returns how many are new. */
export async function putUp(db: Database, items: readonly Omit<QueueItem, 'state'>[]): Promise<number> {
  let added = 0
  for (const { requestId, time, reason, worth, propensity } of items) {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('label_queue')
      .values({ request_id: requestId, time, reason, worth, propensity, state: 'waiting', answered: null })
      .onConflict((conflict) => conflict.column('request_id').doNothing())
      .executeTakeFirst()
    added += Number(numInsertedOrUpdatedRows)
  }
  return added
}

/** Requests that were put up, those with the most worth first. */
export async function listQueue(
  db: Database,
  { state = 'waiting', limit, offset = 0 }: QueueQuery,
): Promise<readonly QueueItem[]> {
  const rows = await db
    .selectFrom('label_queue')
    .selectAll()
    .where('state', '=', state)
    .orderBy('worth', 'desc')
    .orderBy('request_id')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map((row) => ({
    requestId: row.request_id,
    time: row.time,
    reason: row.reason as QueueReason,
    worth: row.worth,
    propensity: row.propensity,
    state: row.state as QueueState,
  }))
}

/**
 * What a person says of a request that was put up: it becomes a label with the probability with which it was put up. A later
 * answer replaces an earlier one.
 *
 * @param scores by model, from 0 to 1; null skips the request: nobody can say.
 * @returns false if no such request was put up.
 */
export function answerQueueItem(db: Database, answer: QueueAnswer): Promise<boolean> {
  return db.transaction().execute((trx) => answerItem(trx, answer))
}

/** The same within a transaction. */
export async function answerItem(
  trx: Database,
  { requestId, scores, actor, time }: QueueAnswer,
): Promise<boolean> {
  const item = await trx
    .selectFrom('label_queue')
    .select('propensity')
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  if (item === undefined) return false
  await trx
    .updateTable('label_queue')
    .set({ state: scores === null ? 'skipped' : 'answered', answered: time })
    .where('request_id', '=', requestId)
    .execute()
  if (scores === null) await trx.deleteFrom('labels').where('id', '=', `person:${requestId}`).execute()
  else {
    const { propensity } = item
    await putLabel(trx, { requestId, time, source: 'person', scores, propensity, actor })
  }
  return true
}

/** The models that could have answered a request that was put up; null if it was not. */
export async function findCandidates(db: Database, requestId: string): Promise<readonly string[] | null> {
  const row = await db
    .selectFrom('label_queue')
    .leftJoin('requests', 'requests.id', 'label_queue.request_id')
    .select(['requests.candidates', 'requests.model'])
    .where('label_queue.request_id', '=', requestId)
    .executeTakeFirst()
  if (row === undefined) return null
  const candidates = row.candidates === null ? [] : (JSON.parse(row.candidates) as EntryCandidate[])
  const possible = candidates.flatMap(({ model, excluded }) => (excluded === null ? [model] : []))
  return row.model === null || possible.includes(row.model) ? possible : [row.model, ...possible]
}

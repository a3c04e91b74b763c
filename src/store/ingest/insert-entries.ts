import type { Database } from '../database/open-database.ts'
import type { AmendEntry, FeedbackEntry, RequestEntry, ShadowEntry } from '../entries/entry.ts'
import { addAccountUsage } from './account-usage.ts'
import { amendRequest } from './amend-request.ts'
import { insertRequests } from './insert-requests.ts'
import { insertShadowPairs } from './insert-shadow-pairs.ts'
import type { TextPlace } from './request-row.ts'

/** Entries in the order that they were made, by kind. No two requests have the same id. */
export type EntryBatch = {
  readonly requests: RequestEntry[]
  readonly amends: AmendEntry[]
  readonly feedback: FeedbackEntry[]
  readonly shadows: ShadowEntry[]
}

/**
 * Inserts what is new of a batch. Call it in a transaction.
 *
 * @param places of the texts of requests.
 * @returns how many are new.
 */
export async function insertEntries(
  db: Database,
  { requests, amends, feedback, shadows }: EntryBatch,
  places: ReadonlyMap<RequestEntry, TextPlace>,
): Promise<{ readonly requests: number; readonly feedback: number }> {
  const fresh = await insertNew(db, requests, places)
  await addAccountUsage(db, fresh)
  for (const amend of amends) await amendRequest(db, amend)
  await insertShadowPairs(db, shadows)
  return { requests: fresh.length, feedback: await insertFeedback(db, feedback) }
}

/**
 * Inserts requests and gives those that are new. Nearly always that is all of them: others are of a segment that was
 * removed and written anew.
 */
async function insertNew(
  db: Database,
  entries: readonly RequestEntry[],
  places: ReadonlyMap<RequestEntry, TextPlace>,
): Promise<readonly RequestEntry[]> {
  if (entries.length === 0) return entries
  const before = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst()
  const inserted = await insertRequests(db, entries, (entry) => places.get(entry) ?? null)
  if (inserted === entries.length) return entries
  const ids = new Set<string>()
  const rows = await db
    .selectFrom('requests')
    .select('id')
    .where('seq', '>', before?.seq ?? 0)
    .execute()
  for (const { id } of rows) ids.add(id)
  return entries.filter(({ id }) => ids.has(id))
}

async function insertFeedback(db: Database, entries: readonly FeedbackEntry[]): Promise<number> {
  let inserted = 0
  for (const { id, requestId, time, thumbs, score, correction, scores, key } of entries) {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('feedback')
      .values({
        id,
        request_id: requestId,
        time,
        thumbs,
        score,
        correction,
        scores: scores === null ? null : JSON.stringify(scores),
        key,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    inserted += Number(numInsertedOrUpdatedRows)
  }
  return inserted
}

import type { Database } from '../database/open-database.ts'
import type { AmendEntry, FeedbackEntry, ShadowEntry } from '../entries/entry.ts'
import type { ParsedRequest } from '../entries/parse-entry.ts'
import type { TextPlace } from '../texts/text-files.ts'
import { addAccountUsage } from './account-usage.ts'
import { amendRequest } from './amend-request.ts'
import { insertRequests } from './insert-requests.ts'
import { insertShadowPairs } from './insert-shadow-pairs.ts'

/** Entries in the order that they were made, by kind. */
export type EntryBatch = {
  readonly requests: ParsedRequest[]
  readonly amends: AmendEntry[]
  readonly feedback: FeedbackEntry[]
  readonly shadows: ShadowEntry[]
}

export function createBatch(): EntryBatch {
  return { requests: [], amends: [], feedback: [], shadows: [] }
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
  places: ReadonlyMap<ParsedRequest, TextPlace>,
): Promise<{ readonly requests: number; readonly feedback: number }> {
  const fresh = await insertRequests(db, requests, places)
  await addAccountUsage(db, fresh)
  for (const amend of amends) await amendRequest(db, amend)
  await insertShadowPairs(db, shadows)
  return { requests: fresh.length, feedback: await insertFeedback(db, feedback) }
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

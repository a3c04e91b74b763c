import type { Database } from '../database/open-database.ts'
import { createRowWriter } from '../database/row-writer.ts'
import type { ParsedRequest } from '../entries/parse-entry.ts'
import { columnAt, requestColumns } from '../entries/request-columns.ts'
import type { TextPlace } from '../texts/text-files.ts'

const writeRequests = createRowWriter({ table: 'requests', columns: requestColumns, key: ['id', 'day'] })

/**
 * Inserts requests and gives those that are new; one that is there already stays as it is. Nearly always all are new: others are
 * of a segment that was removed and written anew.
 *
 * @param places of their texts.
 */
export async function insertRequests(
  db: Database,
  requests: readonly ParsedRequest[],
  places: ReadonlyMap<ParsedRequest, TextPlace>,
): Promise<readonly ParsedRequest[]> {
  if (requests.length === 0) return requests
  for (const [{ values }, { offset, bytes, line }] of places) {
    values[columnAt.text_offset] = offset
    values[columnAt.text_bytes] = bytes
    values[columnAt.text_line] = line
  }
  const before = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst()
  const inserted = await writeRequests(
    db,
    requests.map(({ values }) => values),
  )
  if (inserted === requests.length) return requests
  const rows = await db
    .selectFrom('requests')
    .select('id')
    .where('seq', '>', before?.seq ?? 0)
    .execute()
  const fresh = new Set<unknown>(rows.map(({ id }) => id))
  // Of two with the same id, the first one was inserted.
  return requests.filter(({ values }) => fresh.delete(values[columnAt.id]))
}

import type { Database } from '../database/open-database.ts'
import type { AmendEntry } from '../entries/entry.ts'
import { columnAt, type RequestValues, requestColumns, toDay } from '../entries/request-columns.ts'
import { addToTotals, type Totals } from './totals/totals.ts'

/** Gives a request its final status, and corrects the totals. Its dollars and tokens stay. */
export async function amendRequest(
  db: Database,
  { id, time, status, totalMs }: AmendEntry,
  totals: Totals,
): Promise<void> {
  const day = toDay(time)
  const row = await db
    .selectFrom('requests')
    .select(requestColumns)
    .where('id', '=', id)
    .where('day', '=', day)
    .executeTakeFirst()
  if (row === undefined) return
  const totalUs = Math.round(totalMs * 1000)
  const values: RequestValues = requestColumns.map((column) => row[column])
  addToTotals(totals, values, -1)
  values[columnAt.status] = status
  values[columnAt.total_us] = totalUs
  addToTotals(totals, values, 1)
  await db
    .updateTable('requests')
    .set({ status, total_us: totalUs })
    .where('id', '=', id)
    .where('day', '=', day)
    .execute()
}

import type { Database } from '../database/open-database.ts'
import type { AmendEntry } from '../entries/entry.ts'
import { toDay } from './request-row.ts'

/** Gives a request its final status. Its dollars and tokens stay. */
export async function amendRequest(db: Database, { id, time, status, totalMs }: AmendEntry): Promise<void> {
  await db
    .updateTable('requests')
    .set({ status, total_us: Math.round(totalMs * 1000) })
    .where('id', '=', id)
    .where('day', '=', toDay(time))
    .execute()
}

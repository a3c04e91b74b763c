import type { Database } from '../database/open-database.ts'
import type { AmendEntry } from '../entries/entry.ts'
import { toDay } from '../entries/request-columns.ts'
import { correctTotals } from '../totals/correct-totals.ts'

/** Gives a request its final status, and corrects the totals. Its dollars and tokens stay. */
export async function amendRequest(db: Database, { id, time, status, totalMs }: AmendEntry): Promise<void> {
  const request = await db
    .selectFrom('requests')
    .select(['seq', 'time', 'model', 'policy', 'router', 'key', 'task', 'tags', 'fallback', 'status'])
    .select(['first_byte_us', 'total_us', 'cost_nanousd'])
    .where('id', '=', id)
    .where('day', '=', toDay(time))
    .executeTakeFirst()
  if (request === undefined) return
  const end = { status, total_us: Math.round(totalMs * 1000) }
  await correctTotals(db, request, end)
  await db.updateTable('requests').set(end).where('seq', '=', request.seq).execute()
  if (request.cost_nanousd === null)
    await db
      .insertInto('amended_requests')
      .values({ seq: request.seq, status })
      .onConflict((conflict) => conflict.column('seq').doUpdateSet({ status }))
      .execute()
}

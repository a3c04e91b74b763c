import type { Kysely } from 'kysely'
import { addRefusals } from '../../totals/statements.ts'
import { createTable } from '../create-table.ts'
import { CompiledQuery } from '../kysely.ts'

/** What was refused of each key by day. Earlier days are not shown, so only the latest one is counted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createTable(db, 'refusal_days', {
    columns: 'day bigint, key text, status bigint, requests bigint',
    primaryKey: ['day', 'key', 'status'],
  })
  const counted = `(select coalesce(max(position), 0) from job_positions where job = 'usage-hours')`
  // The sign keeps SQLite from reading all requests in the order of `seq`: there is an index of `time`.
  const ofLatestDay = `time >= (select max(time) / 86400000 from requests) * 86400000 and +seq <= ${counted}`
  await db.executeQuery(CompiledQuery.raw(addRefusals(ofLatestDay)))
}

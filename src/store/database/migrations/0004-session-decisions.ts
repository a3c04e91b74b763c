import type { Kysely } from 'kysely'
import { addSwitches } from '../../totals/statements.ts'
import { addColumns } from '../create-table.ts'
import { CompiledQuery } from '../kysely.ts'

/** What a session did to the choice of a request, the effort that it was sent with, and how often a session has switched. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'requests', 'session_decision text?, switch_nanousd bigint?, effort text?')
  await addColumns(db, 'sessions', 'switches bigint?, last_model text?')
  const counted = `(select coalesce(max(position), 0) from job_positions where job = 'usage-hours')`
  await db.executeQuery(CompiledQuery.raw(addSwitches(`seq <= ${counted}`)))
}

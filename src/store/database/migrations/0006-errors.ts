import type { Kysely } from 'kysely'
import { addColumns } from '../create-table.ts'

/** The error that the gateway itself answered a request with. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'requests', 'error text?')
}

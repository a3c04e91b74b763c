import type { Kysely } from 'kysely'
import { addColumns } from '../create-table.ts'

/** What raised the threshold of a request. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'requests', 'pace text?')
}

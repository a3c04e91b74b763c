import type { Kysely } from 'kysely'
import { addColumns } from '../create-table.ts'

/** What the loop of labels, experiments and training needs of requests and labels. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'requests', 'experiment text?, arm text?, signal text?, signal_of text?')
  await addColumns(db, 'labels', 'propensity real?, actor text?')
}

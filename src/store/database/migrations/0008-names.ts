import type { Kysely } from 'kysely'
import { addNameHours, addTagNameDays } from '../../totals/statements.ts'
import { createTable } from '../create-table.ts'
import { CompiledQuery } from '../kysely.ts'

/** Sums of one name alone by hour, and by tag and day: what most questions of the page need. From the totals of all names. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const sums = `requests bigint, errors bigint, fallbacks bigint, unpriced bigint
    input_tokens bigint, cached_input_tokens bigint, output_tokens bigint, cost_nanousd bigint
    overhead_us bigint, total_us bigint, rescued bigint?`
  // Time is not the first in the keys: the rows of a name's kind, and of a tag, are together.
  await createTable(db, 'name_hours', {
    columns: `kind text, hour bigint, name text, ${sums}`,
    primaryKey: ['kind', 'hour', 'name'],
  })
  await createTable(db, 'tag_name_days', {
    columns: `tag text, day bigint, kind text, name text, ${sums}`,
    primaryKey: ['tag', 'day', 'kind', 'name'],
  })
  for (const statement of [...addNameHours('usage_hours'), ...addTagNameDays])
    await db.executeQuery(CompiledQuery.raw(statement))
}

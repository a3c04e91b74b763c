import type { Kysely } from 'kysely'
import { addColumns, createTable } from '../create-table.ts'
import { rollUpOnce } from './roll-up-once.ts'

/** What the loop of labels, experiments and training needs of requests and labels. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db, 'requests', 'experiment text?, arm text?, signal text?, signal_of text?')
  // Few requests have one, so it costs the others nothing.
  await db.schema
    .createIndex('requests_signal_of')
    .on('requests')
    .column('signal_of')
    .where('signal_of', 'is not', null)
    .execute()
  await addColumns(db, 'labels', 'propensity real?, actor text?')
  await addColumns(
    db,
    'shadow_pairs',
    'policy text?, model_cost_nanousd bigint?, judge_cost_nanousd bigint?, orders text?, problem text?',
  )
  await createTable(db, 'label_queue', {
    columns:
      'request_id text, time bigint, reason text, worth real, propensity real, state text, answered bigint?',
    primaryKey: ['request_id'],
    indexes: ['time'],
  })
  await createTable(db, 'outcome_hours', {
    columns: 'hour bigint, model text, status bigint, fallback text, requests bigint',
    primaryKey: ['hour', 'model', 'status', 'fallback'],
  })
  await createTable(db, 'latency_hours', {
    columns: 'hour bigint, model text, first_byte text, total text',
    primaryKey: ['hour', 'model'],
  })
  await createTable(db, 'tag_hours', {
    columns: `hour bigint, tag text, requests bigint, errors bigint, unpriced bigint
      input_tokens bigint, output_tokens bigint, cost_nanousd bigint`,
    primaryKey: ['hour', 'tag'],
  })
  await rollUpOnce(db)
}

import type { Kysely } from 'kysely'
import { addLatencies, addOutcomes, addUsageDays } from '../../totals/statements.ts'
import { addColumns, createTable } from '../create-table.ts'
import { CompiledQuery } from '../kysely.ts'

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
  // Ids of upstreams are random: in one index each row would change another page. Within so many rows they do not.
  await db.schema.dropIndex('requests_upstream_id').execute()
  await db.executeQuery(
    CompiledQuery.raw('create index requests_upstream_id on requests ((seq / 4096), upstream_id)'),
  )
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
    columns: 'hour bigint, model text, measure text, bucket bigint, requests bigint',
    primaryKey: ['hour', 'model', 'measure', 'bucket'],
  })
  await createTable(db, 'tag_hours', {
    columns: `hour bigint, tag text, requests bigint, errors bigint, unpriced bigint
      input_tokens bigint, output_tokens bigint, cost_nanousd bigint`,
    primaryKey: ['hour', 'tag'],
  })
  await createTable(db, 'usage_days', {
    columns: `day bigint, model text, policy text, router text, key text, task text
      requests bigint, errors bigint, fallbacks bigint, unpriced bigint
      input_tokens bigint, cached_input_tokens bigint, output_tokens bigint, cost_nanousd bigint
      overhead_us bigint, total_us bigint`,
    primaryKey: ['day', 'model', 'policy', 'router', 'key', 'task'],
  })
  // The new totals, of what the old ones have. Nothing had tags.
  for (const statement of [addUsageDays, addOutcomes, ...addLatencies]) {
    const counted = `(select coalesce(max(position), 0) from job_positions where job = 'usage-hours')`
    const sql = statement.replace('seq > ? and seq <= ?', `seq <= ${counted}`)
    await db.executeQuery(CompiledQuery.raw(sql))
  }
}

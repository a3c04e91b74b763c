import type { Kysely } from 'kysely'
import { addLatencies, addOutcomes, addStep, createStep } from '../../totals/statements.ts'
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
  await createTable(db, 'latency_days', {
    columns: 'day bigint, model text, measure text, bucket bigint, requests bigint',
    primaryKey: ['day', 'model', 'measure', 'bucket'],
  })
  const sums = `requests bigint, errors bigint, fallbacks bigint, unpriced bigint
    input_tokens bigint, cached_input_tokens bigint, output_tokens bigint, cost_nanousd bigint
    overhead_us bigint, total_us bigint, rescued bigint?`
  await addColumns(db, 'usage_hours', 'rescued bigint?')
  const names = ['model', 'policy', 'router', 'key', 'task']
  const nameColumns = names.map((name) => `${name} text`).join(', ')
  await createTable(db, 'usage_days', {
    columns: `day bigint, ${nameColumns}, ${sums}`,
    primaryKey: ['day', ...names],
  })
  await createTable(db, 'tag_days', {
    columns: `day bigint, tag text, ${nameColumns}, ${sums}`,
    primaryKey: ['day', 'tag', ...names],
  })
  await createTable(db, 'name_days', {
    columns: `day bigint, kind text, name text, ${sums}`,
    primaryKey: ['day', 'kind', 'name'],
  })
  // The new totals, of what the old ones have. Nothing had tags.
  const run = (sql: string) => db.executeQuery(CompiledQuery.raw(sql))
  await run(createStep)
  await run('insert into roll_up_step select * from usage_hours')
  for (const statement of addStep.slice(1)) await run(statement)
  const counted = `(select coalesce(max(position), 0) from job_positions where job = 'usage-hours')`
  for (const statement of [addOutcomes, ...addLatencies])
    await run(statement.replace('seq > ? and seq <= ?', `seq <= ${counted}`))
}

import type { Kysely } from 'kysely'
import { createTable } from '../create-table.ts'

/** The first schema. A published migration is never changed: each change is a migration of its own. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createTable(db, 'requests', {
    columns: `id text, upstream_id text?, day bigint, time bigint
      protocol text?, path text, status bigint, stream bigint
      model text?, upstream text?, task text?, policy text?, router text?, threshold real?, strong_win_rate real?, side text?
      fallback text?, over_budget text?, attempts bigint
      input_tokens bigint?, cached_input_tokens bigint?, cache_write_input_tokens bigint?, cache_write_1h_input_tokens bigint?
      output_tokens bigint?, events bigint?, cost_nanousd bigint?, charged_nanousd bigint?
      overhead_us bigint?, queued_us bigint?, first_byte_us bigint?, total_us bigint
      session text?, key text?, tags text?, calls text?, candidates text?, propensity real?, features text?
      text_offset bigint?, text_bytes bigint?, text_line bigint?`,
    unique: ['id', 'day'],
    indexes: ['time', 'upstream_id'],
  })
  await createTable(db, 'sessions', {
    columns:
      'id text, first_time bigint, last_time bigint, requests bigint, cost_nanousd bigint, unpriced bigint',
    primaryKey: ['id'],
    indexes: ['last_time'],
  })
  await createTable(db, 'feedback', {
    columns:
      'id text, request_id text, time bigint, thumbs text?, score real?, correction text?, scores text?, key text?',
    primaryKey: ['id'],
    indexes: ['request_id', 'time'],
  })
  await createTable(db, 'shadow_pairs', {
    columns: `id text, request_id text, day bigint, time bigint, model text, other_model text, cost_nanousd bigint?
      propensity real, verdict text?, judge text?`,
    primaryKey: ['id', 'day'],
    indexes: ['request_id'],
  })
  await createTable(db, 'labels', {
    columns: 'id text, request_id text, time bigint, source text, scores text, weight real',
    primaryKey: ['id'],
    indexes: ['request_id'],
  })
  await createTable(db, 'versions', {
    columns: 'id text, time bigint, kind text, name text, sha256 text?, manifest text',
    primaryKey: ['id'],
  })
  await createTable(db, 'experiments', {
    columns: 'id text, time bigint, state text, definition text, result text?',
    primaryKey: ['id'],
  })
  await createTable(db, 'accounts', {
    columns: 'account text, day bigint, requests bigint, tokens bigint, charged_nanousd bigint',
    primaryKey: ['account', 'day'],
  })
  await createTable(db, 'usage_hours', {
    columns: `hour bigint, model text, policy text, router text, key text, task text
      requests bigint, errors bigint, fallbacks bigint, unpriced bigint
      input_tokens bigint, cached_input_tokens bigint, output_tokens bigint, cost_nanousd bigint
      overhead_us bigint, total_us bigint`,
    primaryKey: ['hour', 'model', 'policy', 'router', 'key', 'task'],
  })
  await createTable(db, 'jobs', {
    columns: 'id text, name text, time bigint, state text, payload text, result text?',
    primaryKey: ['id'],
  })
  await createTable(db, 'audit_trail', {
    columns: 'time bigint, actor text, action text, subject text, detail text?',
  })
  await createTable(db, 'journal_positions', {
    columns: 'segment text, bytes bigint, damaged_bytes bigint',
    primaryKey: ['segment'],
  })
  await createTable(db, 'job_positions', { columns: 'job text, position bigint', primaryKey: ['job'] })
}

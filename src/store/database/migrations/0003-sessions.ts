import type { Kysely } from 'kysely'
import { addColumns, createTable } from '../create-table.ts'
import { CompiledQuery } from '../kysely.ts'

/** What finds the requests of a session, and sessions by their names; and what corrects the facts of savings. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const run = (sql: string) => db.executeQuery(CompiledQuery.raw(sql))
  // By groups of rows, as the index of upstream ids: ids of sessions are random too.
  await run('create index requests_session on requests ((seq / 4096), session) where session is not null')
  await addColumns(db, 'sessions', 'key text?, policy text?, tags text?')
  await run(`update sessions set key = names.key, policy = names.policy, tags = names.tags from (
    select session, max(key) as key, max(policy) as policy, max(tags) as tags from requests
    where session is not null group by session) as names where names.session = sessions.id`)
  await createTable(db, 'amended_requests', { columns: 'seq bigint, status bigint', primaryKey: ['seq'] })
}

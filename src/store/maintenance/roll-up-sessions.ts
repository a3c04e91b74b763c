import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'

const job = 'sessions'
const rowsOfStep = 5000

/**
 * Adds the requests that are new to `sessions`, in steps of 5,000: a session has several requests in a short time, which
 * take one write together. The position is written together with what it counts, so each request counts once.
 *
 * @returns how many requests were added.
 */
export async function rollUpSessions(db: Database, isStopped: () => boolean = () => false): Promise<number> {
  let total = 0
  for (;;) {
    if (isStopped()) return total
    const added = await rollUpStep(db)
    total += added
    if (added < rowsOfStep) return total
  }
}

async function rollUpStep(db: Database): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await trx
      .insertInto('job_positions')
      .values({ job, position: 0 })
      .onConflict((conflict) => conflict.column('job').doUpdateSet({ job }))
      .execute()
    const { position } = await trx
      .selectFrom('job_positions')
      .select('position')
      .where('job', '=', job)
      .executeTakeFirstOrThrow()
    const last = await trx
      .selectFrom((from) =>
        from
          .selectFrom('requests')
          .select('seq')
          .where('seq', '>', position)
          .orderBy('seq')
          .limit(rowsOfStep)
          .as('step'),
      )
      .select(({ fn }) => [fn.max('seq').as('seq'), fn.countAll<number>().as('rows')])
      .executeTakeFirstOrThrow()
    if (last.seq === null) return 0
    await trx.executeQuery(CompiledQuery.raw(addSessions, [position, last.seq]))
    await trx.updateTable('job_positions').set({ position: last.seq }).where('job', '=', job).execute()
    return Number(last.rows)
  })
}

// SQL that SQLite and Postgres share.
const addSessions = `
insert into sessions (id, first_time, last_time, requests, cost_nanousd, unpriced)
select session, min(time), max(time), count(*), sum(coalesce(cost_nanousd, 0)),
  sum(case when cost_nanousd is null then 1 else 0 end)
from requests where seq > ? and seq <= ? and session is not null group by session
on conflict (id) do update set
  last_time = case when excluded.last_time > sessions.last_time then excluded.last_time else sessions.last_time end,
  requests = sessions.requests + excluded.requests,
  cost_nanousd = sessions.cost_nanousd + excluded.cost_nanousd,
  unpriced = sessions.unpriced + excluded.unpriced`

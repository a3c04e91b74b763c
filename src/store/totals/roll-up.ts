import { CompiledQuery } from '../database/kysely.ts'
import type { Database } from '../database/open-database.ts'
import { addNameHours, addStep, createStep, fillStep, rollUpStatements } from './statements.ts'
import { addTags } from './tags.ts'

const job = 'usage-hours'
const rowsOfStep = 5000
/** Before the step is emptied. */
const addNamesOfStep = addNameHours('roll_up_step')

/**
 * Adds the requests that are new to all totals, in steps of 5,000: many requests take one write of a row of totals together. The
 * position is written together with what it counts, so each request counts once. A server adds them
 * every ten seconds.
 *
 * @returns how many requests were added.
 */
export async function rollUp(db: Database, isStopped: () => boolean = () => false): Promise<number> {
  let total = 0
  for (;;) {
    if (isStopped()) return total
    const added = await rollUpStep(db)
    total += added
    if (added < rowsOfStep) return total
  }
}

/** The `seq` of the last request that is in the totals. */
export async function readRolledUp(db: Database): Promise<number> {
  const row = await db
    .selectFrom('job_positions')
    .select('position')
    .where('job', '=', job)
    .executeTakeFirst()
  return row?.position ?? 0
}

async function rollUpStep(db: Database): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const { position } = await trx
      .insertInto('job_positions')
      .values({ job, position: 0 })
      .onConflict((conflict) => conflict.column('job').doUpdateSet({ job }))
      .returning('position')
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
    await trx.executeQuery(CompiledQuery.raw(createStep))
    for (const statement of [fillStep, ...rollUpStatements])
      await trx.executeQuery(CompiledQuery.raw(statement, [position, last.seq]))
    for (const statement of [...addNamesOfStep, ...addStep])
      await trx.executeQuery(CompiledQuery.raw(statement))
    await addTags(trx, position, last.seq)
    await trx.updateTable('job_positions').set({ position: last.seq }).where('job', '=', job).execute()
    return Number(last.rows)
  })
}

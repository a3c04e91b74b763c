import type { Database } from '../../database/open-database.ts'

/** How far an experiment has come. */
export type StoredExperiment = {
  readonly id: string
  /** When its first session began, in milliseconds since 1970. */
  readonly time: number
  /** `running`, or how it has ended. */
  readonly state: string
  /** JSON: arms and rules. */
  readonly definition: string
  /** What the tests have seen; null before the first session. */
  readonly result: unknown
}

export async function readExperiment(db: Database, id: string): Promise<StoredExperiment | null> {
  const row = await db.selectFrom('experiments').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) return null
  return { ...row, result: row.result === null ? null : JSON.parse(row.result) }
}

/** Adds the experiment, or replaces what is known of it. */
export async function writeExperiment(db: Database, experiment: StoredExperiment): Promise<void> {
  const row = { ...experiment, result: JSON.stringify(experiment.result) }
  await db
    .insertInto('experiments')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

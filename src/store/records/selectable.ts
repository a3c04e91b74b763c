import type { Database } from '../database/open-database.ts'
import type { EntryCandidate } from '../entries/entry.ts'

/** An answered request, as far as it is asked whether a label of it is worth a person's time. */
export type SelectableRow = {
  readonly seq: number
  readonly id: string
  readonly time: number
  readonly status: number
  readonly strongWinRate: number | null
  readonly threshold: number | null
  readonly candidates: readonly EntryCandidate[] | null
  /** `decodeFeatures` reads it. */
  readonly features: string | null
}

/** Requests after a position, in the order in which they were kept. */
export async function readSelectable(
  db: Database,
  after: number,
  limit: number,
): Promise<readonly SelectableRow[]> {
  const rows = await db
    .selectFrom('requests')
    .select(['seq', 'id', 'time', 'status', 'strong_win_rate', 'threshold', 'candidates', 'features'])
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    seq: row.seq,
    id: row.id,
    time: row.time,
    status: row.status,
    strongWinRate: row.strong_win_rate,
    threshold: row.threshold,
    candidates: row.candidates === null ? null : (JSON.parse(row.candidates) as EntryCandidate[]),
    features: row.features,
  }))
}

/** The kept vectors of requests that are labelled or have feedback, the newest first. @param before milliseconds since 1970. */
export async function readLabelledFeatures(
  db: Database,
  limit: number,
  before = Number.MAX_SAFE_INTEGER,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('requests')
    .select((column) => column.ref('features').$notNull().as('features'))
    .where('features', 'is not', null)
    .where('time', '<', before)
    .where('id', 'in', (where) =>
      where
        .selectFrom('labels')
        .select('request_id')
        .union(where.selectFrom('feedback').select('request_id')),
    )
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ features }) => features)
}

/** How far a job has come: the last `seq`, and the time of that request; null before its first run. */
export async function readPosition(
  db: Database,
  job: string,
): Promise<{ readonly seq: number; readonly time: number | null } | null> {
  const row = await db
    .selectFrom('job_positions')
    .leftJoin('requests', 'requests.seq', 'job_positions.position')
    .select(['job_positions.position', 'requests.time'])
    .where('job', '=', job)
    .executeTakeFirst()
  return row === undefined ? null : { seq: row.position, time: row.time }
}

export async function writePosition(db: Database, job: string, position: number): Promise<void> {
  await db
    .insertInto('job_positions')
    .values({ job, position })
    .onConflict((conflict) => conflict.column('job').doUpdateSet({ position }))
    .execute()
}

/** The last request that is older than a time; 0 if there is none. */
export async function findSeqBefore(db: Database, time: number): Promise<number> {
  const row = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('time', '<', time)
    .executeTakeFirst()
  return row?.seq ?? 0
}

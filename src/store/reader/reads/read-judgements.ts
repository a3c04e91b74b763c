import type { Database } from '../../database/open-database.ts'
import type { TraceFeedback, TraceLabel } from '../answers.ts'

const most = 50

type Scores = Readonly<Record<string, number>>

/** What clients have said of the answer to a request. */
export async function readFeedback(db: Database, id: string): Promise<readonly TraceFeedback[]> {
  const rows = await db
    .selectFrom('feedback')
    .select(['time', 'thumbs', 'score', 'correction', 'scores'])
    .where('request_id', '=', id)
    .orderBy('time')
    .limit(most)
    .execute()
  return rows.map((row) => ({
    ...row,
    scores: row.scores === null ? null : (JSON.parse(row.scores) as Scores),
  }))
}

/** The labels of a request: one of a shadow call and one of a person at most. */
export async function readLabels(db: Database, id: string): Promise<readonly TraceLabel[]> {
  const rows = await db
    .selectFrom('labels')
    .select(['time', 'source', 'scores', 'actor'])
    .where('request_id', '=', id)
    .orderBy('time')
    .limit(most)
    .execute()
  return rows.map((row) => ({ ...row, scores: JSON.parse(row.scores) as Scores }))
}

/** Whether a request is put up for a person to label. */
export async function isWaiting(db: Database, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('label_queue')
    .select('state')
    .where('request_id', '=', id)
    .executeTakeFirst()
  return row?.state === 'waiting'
}

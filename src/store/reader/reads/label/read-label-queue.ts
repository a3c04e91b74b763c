import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import type { LabelQueue, LabelQueueQuery, QueuedItem } from '../../answers/label.ts'

/** A request that retention has removed since is not in the queue any more. By `cross` SQLite begins with the queue, not with all requests. */
const queue = 'label_queue q cross join requests r on r.id = q.request_id'
const columns = `q.request_id as requestId, q.time as time, q.reason as reason, q.worth as worth, r.task as task, r.policy as policy`

/** What waits for a label, and how much. */
export async function readLabelQueue(db: Database, { policy, limit }: LabelQueueQuery): Promise<LabelQueue> {
  const ofPolicy = policy === undefined ? '1 = 1' : `coalesce(r.policy, '') = ?`
  const parameters = policy === undefined ? [] : [policy]
  const counted = await run<{ state: string; requests: number; texts: number }>(
    db,
    `select q.state as state, count(*) as requests, count(r.text_offset) as texts from ${queue} where ${ofPolicy} group by q.state`,
    parameters,
  )
  const items = await run<QueuedItem>(
    db,
    `select ${columns} from ${queue} where ${ofPolicy} and q.state = 'waiting' and r.text_offset is not null
     order by q.worth desc, q.request_id limit ?`,
    [...parameters, limit],
  )
  const policies = await run<{ name: string; waiting: number }>(
    db,
    `select coalesce(r.policy, '') as name, count(*) as waiting from ${queue}
     where q.state = 'waiting' and r.text_offset is not null group by 1 order by 2 desc, 1`,
    [],
  )
  const find = (state: string) => counted.find((each) => each.state === state)
  const waiting = find('waiting')
  return {
    counts: {
      waiting: waiting?.texts ?? 0,
      withoutText: (waiting?.requests ?? 0) - (waiting?.texts ?? 0),
      answered: find('answered')?.requests ?? 0,
      skipped: find('skipped')?.requests ?? 0,
    },
    items,
    policies,
  }
}

async function run<Row>(db: Database, sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
  return (await db.executeQuery<Row>(CompiledQuery.raw(sql, [...parameters]))).rows
}

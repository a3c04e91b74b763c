import type { Database } from '../../../database/open-database.ts'
import { readLabels } from '../../../records/labels.ts'
import type { QueueReason, QueueState } from '../../../records/types/labels.ts'
import type { LabelItem } from '../../answers/label.ts'

/** A request that was put up; null if it was not, or is kept no more. */
export async function readLabelItem(
  db: Database,
  { requestId }: { readonly requestId: string },
): Promise<LabelItem | null> {
  const row = await db
    .selectFrom('label_queue')
    .innerJoin('requests', 'requests.id', 'label_queue.request_id')
    .select(['label_queue.time', 'reason', 'worth', 'label_queue.propensity', 'state', 'answered'])
    .select(['requests.task', 'requests.policy'])
    .where('label_queue.request_id', '=', requestId)
    .executeTakeFirst()
  if (row === undefined) return null
  const labels = (await readLabels(db, [requestId])).get(requestId) ?? []
  return {
    requestId,
    time: row.time,
    reason: row.reason as QueueReason,
    worth: row.worth,
    propensity: row.propensity,
    state: row.state as QueueState,
    answered: row.answered,
    task: row.task,
    policy: row.policy,
    label: labels.find(({ source }) => source === 'person') ?? null,
  }
}

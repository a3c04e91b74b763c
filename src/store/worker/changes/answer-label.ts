import { RouteLLMError } from '../../../errors.ts'
import type { Database } from '../../database/open-database.ts'
import { addAuditEvent } from '../../records/audit-trail.ts'
import { answerItem } from '../../records/label-queue.ts'
import { putLabel, readLabels } from '../../records/labels.ts'
import { pageActor } from '../../records/types/audit.ts'
import type { LabelAnswer, LabelState, LabelUndo, QueueState } from '../../records/types/labels.ts'

/**
 * What a person says of a request that was put up. It is refused if somebody else has answered since the person opened it.
 *
 * @returns what it was before. @throws RouteLLMError `label-changed`, `unknown-request`.
 */
export function answerLabel(db: Database, { seen, detail, ...answer }: LabelAnswer): Promise<LabelState> {
  const { requestId, scores, time } = answer
  return db.transaction().execute(async (trx) => {
    const before = await readState(trx, requestId)
    if (before.state !== seen.state || before.answered !== seen.answered) throw changed(before)
    await answerItem(trx, answer)
    const action = scores === null ? 'label-skip' : 'label'
    await addAuditEvent(trx, { time, actor: pageActor, action, subject: requestId, detail })
    return before
  })
}

/** Takes an answer back. @throws RouteLLMError `label-changed` if another one was given since, `unknown-request`. */
export function undoLabel(db: Database, { requestId, answered, before, time }: LabelUndo): Promise<null> {
  return db.transaction().execute(async (trx) => {
    const now = await readState(trx, requestId)
    if (now.answered !== answered) throw changed(now)
    await trx
      .updateTable('label_queue')
      .set({ state: before.state, answered: before.answered })
      .where('request_id', '=', requestId)
      .execute()
    if (before.label === null)
      await trx.deleteFrom('labels').where('id', '=', `person:${requestId}`).execute()
    else await putLabel(trx, before.label)
    const detail = { scores: before.label?.scores ?? null }
    await addAuditEvent(trx, { time, actor: pageActor, action: 'label-undo', subject: requestId, detail })
    return null
  })
}

async function readState(db: Database, requestId: string): Promise<LabelState> {
  const row = await db
    .selectFrom('label_queue')
    .select(['state', 'answered'])
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  if (row === undefined)
    throw new RouteLLMError('unknown-request', 'The request is not put up for a label any more.', {
      status: 404,
    })
  const labels = (await readLabels(db, [requestId])).get(requestId) ?? []
  return {
    state: row.state as QueueState,
    answered: row.answered,
    label: labels.find(({ source }) => source === 'person') ?? null,
  }
}

function changed({ state, label }: LabelState): RouteLLMError {
  const by = label?.actor ?? 'Somebody else'
  const what =
    state === 'waiting'
      ? 'The answer to this request was taken back meanwhile'
      : `${by} has ${state} this request meanwhile`
  return new RouteLLMError(
    'label-changed',
    `${what}, so nothing was changed. Open it again to answer it differently.`,
    { status: 409 },
  )
}

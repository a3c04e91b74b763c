import type { Selectable } from 'kysely'
import type { Database } from '../database/open-database.ts'
import type { Tables } from '../database/tables.ts'
import type { StoredLabel } from './types/labels.ts'

/** Adds a label. One of the same source and request is replaced: whoever labels again means the latest. */
export async function putLabel(db: Database, label: StoredLabel): Promise<void> {
  const row = {
    id: `${label.source}:${label.requestId}`,
    request_id: label.requestId,
    time: label.time,
    source: label.source,
    scores: JSON.stringify(label.scores),
    weight: 1,
    propensity: label.propensity,
    actor: label.actor,
  }
  await db
    .insertInto('labels')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

/** The labels of requests, by request. */
export async function readLabels(
  db: Database,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredLabel[]>> {
  const labels = new Map<string, StoredLabel[]>()
  for (let at = 0; at < requestIds.length; at += idsOfStatement) {
    const rows = await db
      .selectFrom('labels')
      .selectAll()
      .where('request_id', 'in', requestIds.slice(at, at + idsOfStatement))
      .orderBy('id')
      .execute()
    for (const row of rows) {
      const label = toLabel(row)
      const known = labels.get(row.request_id)
      if (known === undefined) labels.set(row.request_id, [label])
      else known.push(label)
    }
  }
  return labels
}

/** Labels in the order of their ids. @param after the id of the last one before. */
export async function readLabelPage(
  db: Database,
  after: string,
  limit: number,
): Promise<readonly { readonly id: string; readonly label: StoredLabel }[]> {
  const rows = await db
    .selectFrom('labels')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ id: row.id, label: toLabel(row) }))
}

function toLabel(row: Selectable<Tables['labels']>): StoredLabel {
  return {
    requestId: row.request_id,
    time: row.time,
    source: row.source === 'person' ? 'person' : 'shadow',
    scores: JSON.parse(row.scores) as Record<string, number>,
    propensity: row.propensity,
    actor: row.actor,
  }
}

/** Below the number of parameters that a statement may have. */
const idsOfStatement = 500

/** Later requests that say of a request that its answer was not good, by the request that they are about. */
export async function readSignals(
  db: Database,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredSignal[]>> {
  const signals = new Map<string, StoredSignal[]>()
  for (let at = 0; at < requestIds.length; at += idsOfStatement) {
    const rows = await db
      .selectFrom('requests')
      .select(['signal', 'signal_of', 'id', 'time'])
      .where('signal_of', 'in', requestIds.slice(at, at + idsOfStatement))
      .orderBy('seq')
      .execute()
    for (const { signal, signal_of: about, id, time } of rows) {
      if (signal === null || about === null) continue
      const known = signals.get(about)
      if (known === undefined) signals.set(about, [{ kind: signal, from: id, time }])
      else known.push({ kind: signal, from: id, time })
    }
  }
  return signals
}

export type StoredSignal = {
  /** `AnswerSignalKind`. */
  readonly kind: string
  /** The request that shows it. */
  readonly from: string
  readonly time: number
}

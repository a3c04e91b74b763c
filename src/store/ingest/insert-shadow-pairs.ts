import type { Selectable } from 'kysely'
import { shadowAccount } from '../../gateway/shadow/shadow-pair.ts'
import type { Database } from '../database/open-database.ts'
import type { Tables } from '../database/tables.ts'
import type { ShadowEntry } from '../entries/entry.ts'
import { toDay, toNanoUsd } from '../entries/request-columns.ts'
import { addAccountDay } from './account-usage.ts'

/** Inserts shadow pairs that are new, with their labels and what they have spent. */
export async function insertShadowPairs(db: Database, entries: readonly ShadowEntry[]): Promise<void> {
  for (const entry of entries) {
    if (!(await insertPair(db, entry))) continue
    const label = toLabelRow(entry)
    if (label !== null) await insertLabel(db, label)
  }
}

/** Inserts a shadow pair if it is new, with what it has spent and without its label. @returns whether it is new. */
export async function insertPair(
  db: Database,
  entry: Omit<ShadowEntry, 'kind' | 'labelPropensity'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('shadow_pairs')
    .values(toPairRow(entry))
    .onConflict((conflict) => conflict.columns(['id', 'day']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 0n) return false
  await addAccountDay(db, entry.account ?? shadowAccount, toDay(entry.chargedAt), {
    requests: 1,
    tokens: 0,
    nanoUsd: toNanoUsd(entry.chargedUsd),
  })
  return true
}

/** Inserts a label if there is none of its source for the request. @returns whether it is new. */
export async function insertLabel(db: Database, label: Selectable<Tables['labels']>): Promise<boolean> {
  const { numInsertedOrUpdatedRows = 0n } = await db
    .insertInto('labels')
    .values(label)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows > 0n
}

function toPairRow(entry: Omit<ShadowEntry, 'kind' | 'labelPropensity'>) {
  return {
    // A person may ask for another answer to a request that has a shadow call, and again after a restart.
    id:
      entry.account === undefined
        ? entry.requestId
        : `${entry.account}:${entry.requestId}:${entry.chargedAt}`,
    request_id: entry.requestId,
    day: toDay(entry.time),
    time: entry.time,
    model: entry.model,
    other_model: entry.otherModel,
    cost_nanousd: toNanoUsd(entry.otherUsd),
    propensity: entry.propensity,
    verdict: entry.verdict,
    judge: entry.judge,
    policy: entry.policy,
    model_cost_nanousd: toNanoUsd(entry.modelUsd),
    judge_cost_nanousd: toNanoUsd(entry.judgeUsd),
    orders: entry.orders === null ? null : JSON.stringify(entry.orders),
    problem: entry.problem,
  }
}

function toLabelRow({ requestId, time, model, otherModel, verdict, judge, labelPropensity }: ShadowEntry) {
  if (verdict === null) return null
  const score = verdict === 'tie' ? 0.5 : verdict === 'model' ? 1 : 0
  return {
    id: `shadow:${requestId}`,
    request_id: requestId,
    time,
    source: 'shadow',
    scores: JSON.stringify({ [model]: score, [otherModel]: 1 - score }),
    weight: 1,
    propensity: labelPropensity,
    actor: judge,
  }
}

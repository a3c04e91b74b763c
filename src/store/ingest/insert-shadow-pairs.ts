import { shadowAccount } from '../../gateway/shadow/shadow-pair.ts'
import type { Database } from '../database/open-database.ts'
import type { ShadowEntry } from '../entries/entry.ts'
import { toDay, toNanoUsd } from '../entries/request-columns.ts'
import { addAccountDay } from './account-usage.ts'

/** Inserts shadow pairs that are new, with their labels and what they have spent. */
export async function insertShadowPairs(db: Database, entries: readonly ShadowEntry[]): Promise<void> {
  for (const entry of entries) {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('shadow_pairs')
      .values(toPairRow(entry))
      .onConflict((conflict) => conflict.columns(['id', 'day']).doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 0n) continue
    await addAccountDay(db, shadowAccount, toDay(entry.chargedAt), {
      requests: 1,
      tokens: 0,
      nanoUsd: toNanoUsd(entry.chargedUsd),
    })
    const label = toLabelRow(entry)
    if (label !== null)
      await db
        .insertInto('labels')
        .values(label)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
  }
}

function toPairRow(entry: ShadowEntry) {
  return {
    id: entry.requestId,
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

import { toReward } from '../../gateway/teach-policies.ts'
import { decodeFeatures } from '../../routing/embedding/builtin/features.ts'
import type { Reward, RoutedOutcome } from '../../routing/policies/learning/learning-policy.ts'
import type { Database } from '../database/open-database.ts'
import type { EntryCandidate } from '../entries/entry.ts'

/** A request that a policy routed, and what was said of its answers, in the order of time. */
export type StoredOutcome = { readonly outcome: RoutedOutcome; readonly rewards: readonly Reward[] }

/** Below the number of parameters that a statement may have. */
const idsOfStatement = 500
/** Requests, the latest, among which those of a policy are looked for: a second at most. */
const mostSearched = 500_000

/** The latest requests of a policy that a model answered, the oldest first. @param most of them. */
export async function readRoutedOutcomes(
  db: Database,
  policy: string,
  most: number,
): Promise<readonly StoredOutcome[]> {
  const last = await db
    .selectFrom('requests')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last === undefined) return []
  const rows = await db
    .selectFrom('requests')
    .select(['id', 'model', 'task', 'cost_nanousd', 'candidates', 'features'])
    .where('seq', '>', last.seq - mostSearched)
    .where('policy', '=', policy)
    .where('model', 'is not', null)
    .where('attempts', '>', 0)
    .orderBy('seq', 'desc')
    .limit(most)
    .execute()
  const outcomes = rows.toReversed().map(toOutcome)
  const rewards = await readRewards(
    db,
    outcomes.map(({ id }) => id),
  )
  return outcomes.map((outcome) => ({ outcome, rewards: rewards.get(outcome.id) ?? [] }))
}

type OutcomeRow = {
  readonly id: string
  readonly model: string | null
  readonly task: string | null
  readonly cost_nanousd: number | null
  readonly candidates: string | null
  readonly features: string | null
}

function toOutcome({ id, model, task, cost_nanousd: cost, candidates, features }: OutcomeRow): RoutedOutcome {
  return {
    id,
    model: model ?? '',
    task,
    usd: cost === null ? expectedUsd(candidates, model) : cost / 1e9,
    vector: () => (features === null ? null : decodeFeatures(features)),
  }
}

function expectedUsd(candidates: string | null, model: string | null): number | null {
  const parsed = candidates === null ? [] : (JSON.parse(candidates) as readonly EntryCandidate[])
  return parsed.find((candidate) => candidate.model === model)?.usd ?? null
}

async function readRewards(
  db: Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Reward[]>> {
  const rewards = new Map<string, Reward[]>()
  for (let at = 0; at < ids.length; at += idsOfStatement) {
    const rows = await db
      .selectFrom('feedback')
      .selectAll()
      .where('request_id', 'in', ids.slice(at, at + idsOfStatement))
      .orderBy('time')
      .orderBy('id')
      .execute()
    for (const row of rows) {
      const reward = toReward({
        id: row.id,
        requestId: row.request_id,
        time: row.time,
        thumbs: row.thumbs === 'up' || row.thumbs === 'down' ? row.thumbs : null,
        score: row.score,
        correction: row.correction,
        scores: row.scores === null ? null : (JSON.parse(row.scores) as Record<string, number>),
        key: row.key,
      })
      const known = rewards.get(row.request_id)
      if (known === undefined) rewards.set(row.request_id, [reward])
      else known.push(reward)
    }
  }
  return rewards
}

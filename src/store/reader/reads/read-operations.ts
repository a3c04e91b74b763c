import { leastUnits } from '../../../base/math/statistics/few-units.ts'
import { influenceInterval } from '../../../base/math/statistics/influence-interval.ts'
import type { Database } from '../../database/open-database.ts'
import type { OperationsAnswer, OperationsQuery, PolicyQuality } from '../answers.ts'

/** The most of one read. */
const mostEvents = 100
const confidence = 0.95

export async function readOperations(
  db: Database,
  { since, eventsAfter, eventsFrom, countsExperiments }: OperationsQuery,
): Promise<OperationsAnswer> {
  const labels = await db
    .selectFrom('labels')
    .select(({ fn }) => ['source', fn.countAll<number>().as('count')])
    .where('time', '>=', since)
    .groupBy('source')
    .execute()
  const events = await db
    .selectFrom('audit_trail')
    .select(['seq', 'action', 'subject', 'detail'])
    .where('seq', '>', eventsAfter)
    .where('time', '>=', eventsFrom)
    .orderBy('seq')
    .limit(mostEvents)
    .execute()
  return {
    labels: labels.map(({ source, count }) => ({ source, count: Number(count) })),
    qualities: await readQualities(db, since),
    experiments: countsExperiments ? await countSessions(db, since) : [],
    events,
  }
}

type Unit = { weight: number; sum: number }

/**
 * The mean score of the answers that clients had, by policy: Σ y/p / Σ 1/p over the requests that were drawn for a label with
 * the probability p. Sessions are the units of the interval; a policy with too few of them has none.
 */
async function readQualities(db: Database, since: number): Promise<readonly PolicyQuality[]> {
  const rows = await db
    .selectFrom('labels')
    .innerJoin('requests', 'requests.id', 'labels.request_id')
    .select(['labels.scores', 'labels.propensity', 'requests.id', 'requests.session'])
    .select(['requests.model', 'requests.policy', 'requests.router'])
    .where('labels.time', '>=', since)
    .where('labels.propensity', '>', 0)
    .execute()
  const policies = new Map<string, Map<string, Unit>>()
  for (const { scores, propensity, id, session, model, policy, router } of rows) {
    const score = model === null ? undefined : (JSON.parse(scores) as Record<string, number>)[model]
    if (score === undefined || propensity === null || (policy === null && router === null)) continue
    const name = policy ?? `router-${router}`
    const units = policies.get(name) ?? new Map<string, Unit>()
    policies.set(name, units)
    const unit = units.get(session ?? id) ?? { weight: 0, sum: 0 }
    units.set(session ?? id, unit)
    unit.weight += 1 / propensity
    unit.sum += score / propensity
  }
  return Array.from(policies, ([policy, units]) => toQuality(policy, [...units.values()])).filter(
    (quality) => quality !== null,
  )
}

function toQuality(policy: string, units: readonly Unit[]): PolicyQuality | null {
  if (units.length < leastUnits) return null
  const weight = units.reduce((total, unit) => total + unit.weight, 0)
  const mean = units.reduce((total, unit) => total + unit.sum, 0) / weight
  const influences = Float64Array.from(units, (unit) => (unit.sum - mean * unit.weight) / weight)
  const [low, high] = influenceInterval(mean, influences, confidence).interval
  return { policy, mean, low: Math.max(0, low), high: Math.min(1, high) }
}

async function countSessions(db: Database, since: number): Promise<OperationsAnswer['experiments']> {
  const rows = await db
    .selectFrom('requests')
    .select(({ fn, ref }) => [
      'experiment',
      'arm',
      fn
        .count<number>(fn.coalesce(ref('session'), ref('id')))
        .distinct()
        .as('sessions'),
    ])
    .where('time', '>=', since)
    .where('experiment', 'is not', null)
    .groupBy(['experiment', 'arm'])
    .execute()
  const states = new Map(
    (await db.selectFrom('experiments').select(['id', 'state']).execute()).map(({ id, state }) => [
      id,
      state,
    ]),
  )
  return [...new Set(rows.map(({ experiment }) => experiment!))].map((id) => {
    const of = (arm: string) =>
      Number(rows.find((row) => row.experiment === id && row.arm === arm)?.sessions ?? 0)
    return { id, control: of('control'), treatment: of('treatment'), state: states.get(id) ?? null }
  })
}

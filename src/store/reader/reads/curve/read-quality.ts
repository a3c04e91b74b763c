import { leastUnits } from '../../../../base/math/statistics/few-units.ts'
import {
  influenceInterval,
  intervalOfDifference,
} from '../../../../base/math/statistics/influence-interval.ts'
import type { Interval } from '../../../../base/math/statistics/quantile.ts'
import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import type { AlwaysPoint, CurveLabels, CurvePoint, CurveQuery } from '../../answers/curve.ts'
import { curveConditions } from './curve-conditions.ts'
import { type CurveChoices, type CurveRow, curveColumns, type FindChoices } from './curve-row.ts'

type Quality = Pick<CurvePoint, 'quality' | 'qualityInterval' | 'lossInterval'>

/** Without labels. */
const noQuality: Quality = { quality: null, qualityInterval: null, lossInterval: null }

/** What labels say of the answers that a request would have had. */
export type Labelled = {
  readonly labels: CurveLabels
  readonly requests: readonly LabelledRequest[]
}

export type LabelledRequest = {
  readonly session: string
  readonly weight: number
  /** The score at the setting 0, and that above each step. */
  readonly scores: readonly number[]
  readonly steps: CurveChoices['steps']
  /** By the name of a model. */
  readonly byModel: Readonly<Record<string, number>>
}

/** Sessions with drawn labels from which these alone count. */
const fewestDrawn = 20
const confidence = 0.95
/** Of a mean of scores. */
const roundingError = 1e-9

type LabelRow = CurveRow & {
  readonly id: string
  readonly scores: string
  readonly drawnWith: number | null
  readonly source: string
}

/**
 * The labels of the requests of a curve. Of a request a person's counts before that of a shadow call, and both before the scores
 * of a client, which count only if its key is trusted. If there are drawn ones of enough sessions, only they count, each 1/p; else all count alike.
 */
export async function readLabelled(
  db: Database,
  query: CurveQuery,
  findChoices: FindChoices,
): Promise<Labelled> {
  const requests = new Map<string, LabelledRequest & { readonly isDrawn: boolean }>()
  let ofOneModel = 0
  const untrusted = new Set<string>()
  for (const row of await readRows(db, query)) {
    if (row.source === 'untrusted') untrusted.add(row.id)
    if (row.source === 'untrusted') continue
    if (requests.has(row.id)) continue
    const choices = findChoices(row)
    const scores = JSON.parse(row.scores) as Readonly<Record<string, number>>
    const found = [choices.first, ...choices.steps.map(({ model }) => model)].map((model) =>
      model === null || !Object.hasOwn(scores, model) ? undefined : scores[model],
    )
    if (found.some((score) => typeof score !== 'number')) {
      ofOneModel++
      continue
    }
    const isDrawn = row.drawnWith !== null && row.drawnWith > 0
    requests.set(row.id, {
      session: row.session ?? row.id,
      weight: isDrawn ? 1 / row.drawnWith! : 1,
      scores: found as number[],
      steps: choices.steps,
      byModel: scores,
      isDrawn,
    })
  }
  const all = [...requests.values()]
  const drawn = all.filter(({ isDrawn }) => isDrawn)
  const areDrawn = countSessions(drawn) >= fewestDrawn
  const used = areDrawn ? drawn : all.map((request) => ({ ...request, weight: 1 }))
  return {
    labels: {
      ...{ used: used.length, sessions: countSessions(used), areDrawn, ofOneModel },
      untrusted: [...untrusted].filter((id) => !requests.has(id)).length,
    },
    requests: used,
  }
}

async function readRows(db: Database, query: CurveQuery): Promise<readonly LabelRow[]> {
  const { sql, parameters } = curveConditions(query)
  const columns = `requests.id as id, ${curveColumns}${query.measure === 'tolerance' ? ', candidates' : ''}`
  const { trustedKeys, trustsUnnamed } = query.trust
  const trusted = `(key in (${trustedKeys.map(() => '?').join()}) or (key is null and ?))`
  // The tables have columns of the same names.
  const ofRequest = `(select * from requests where ${sql} and (router is null or router = ?)) as requests`
  // A cross join begins with the labels, which are few; SQLite would else begin with the requests of the time.
  const { rows } = await db.executeQuery<LabelRow>(
    CompiledQuery.raw(
      `select ${columns}, said.scores, said.drawnWith, said.source from (
         select request_id, scores, propensity as drawnWith, source from labels
         union all select request_id, scores, null, case when ${trusted} then 'client' else 'untrusted' end
           from feedback where scores is not null
       ) as said cross join ${ofRequest} on requests.id = said.request_id`,
      [...trustedKeys, Number(trustsUnnamed), ...parameters, query.router],
    ),
  )
  return rows.toSorted((one, other) => rankSource(one.source) - rankSource(other.source))
}

function rankSource(source: string): number {
  return ['person', 'shadow'].indexOf(source) + 1 || 3
}

function countSessions(requests: readonly LabelledRequest[]): number {
  return new Set(requests.map(({ session }) => session)).size
}

/** The points with the mean score of the answers, Σ y/p / Σ 1/p, and what is lost against the first point. */
export function addQuality<Point extends { readonly setting: number }>(
  points: readonly Point[],
  { requests }: Pick<Labelled, 'requests'>,
): readonly (Point & Quality)[] {
  if (requests.length === 0) return points.map((point) => ({ ...point, ...noQuality }))
  const places = new Map<string, number>()
  const unitOf = requests.map(({ session }) => {
    const place = places.get(session) ?? places.size
    places.set(session, place)
    return place
  })
  const weights = new Float64Array(places.size)
  let total = 0
  for (const [index, { weight }] of requests.entries()) {
    weights[unitOf[index]!]! += weight
    total += weight
  }
  return points.map((point) => {
    const sums = new Float64Array(places.size)
    const losses = new Float64Array(places.size)
    let [sum, loss] = [0, 0]
    for (const [index, { scores, steps, weight }] of requests.entries()) {
      const score = scores[countSteps(steps, point.setting)]!
      sum += weight * score
      loss += weight * (scores[0]! - score)
      sums[unitOf[index]!]! += weight * score
      losses[unitOf[index]!]! += weight * (scores[0]! - score)
    }
    const influencesOf = (of: Float64Array, mean: number) =>
      of.map((each, unit) => (each - mean * weights[unit]!) / total)
    const quality = sum / total
    const interval = intervalOfMean(quality, influencesOf(sums, quality))
    return {
      ...point,
      quality,
      qualityInterval: interval && ([Math.max(0, interval[0]), Math.min(1, interval[1])] as const),
      lossInterval: intervalOfDifference(
        loss / total,
        losses,
        influencesOf(losses, loss / total),
        confidence,
      ),
    }
  })
}

/** Null also if the scores of all sessions are equal: that does not say how often those of others differ. */
function intervalOfMean(mean: number, influences: Float64Array): Interval | null {
  if (influences.length < leastUnits) return null
  const { interval, standardError } = influenceInterval(mean, influences, confidence)
  return standardError > roundingError ? interval : null
}

/** The mean score of one model's answers, by the labels that are used and have a score for it. */
export function findQualityOf(
  model: string,
  { requests }: Labelled,
): Pick<AlwaysPoint, 'quality' | 'qualityInterval' | 'labels'> {
  const of = requests.flatMap(({ byModel, ...request }) => {
    const score = Object.hasOwn(byModel, model) ? byModel[model] : undefined
    return typeof score === 'number' ? [{ ...request, byModel, scores: [score], steps: [] }] : []
  })
  const { quality, qualityInterval } = addQuality([{ setting: 0 }], { requests: of })[0]!
  return { quality, qualityInterval, labels: of.length }
}

function countSteps(steps: CurveChoices['steps'], setting: number): number {
  let count = 0
  while (count < steps.length && setting > steps[count]!.at) count++
  return count
}

import { CompiledQuery } from '../../../database/kysely.ts'
import type { Database } from '../../../database/open-database.ts'
import { ownThresholdColumn } from '../../../entries/pace.ts'
import { findFactCache } from '../../../savings/fact-cache.ts'
import type { Curve, CurveQuery } from '../../answers/curve.ts'
import { chooseSettings } from './choose-settings.ts'
import { curveConditions } from './curve-conditions.ts'
import { createCurveCounts, listOthers } from './curve-counts.ts'
import { type FindChoices, findPairChoices, findToleranceChoices, readLengthRatio } from './curve-row.ts'
import { createCurveSum } from './curve-sum.ts'
import { addFacts } from './facts/add-facts.ts'
import { addToleranceFacts } from './facts/add-tolerance-facts.ts'
import { readToleranceSteps } from './facts/tolerance-steps.ts'
import { addQuality, findQualityOf, readLabelled } from './read-quality.ts'

/** What the requests would have cost at each setting, with intervals, from their facts. */
export async function readCurve(db: Database, query: CurveQuery, folder: string): Promise<Curve> {
  const { models, measure, always = [] } = query
  const findChoices: FindChoices =
    measure === 'threshold' ? (row) => findPairChoices(row, models) : findToleranceChoices
  const ratio = await readLengthRatio(db, query)
  const [sum, counts] = [createCurveSum(always.length), createCurveCounts()]
  const cache = findFactCache(folder)
  // Facts may still have requests that were removed.
  const asked = { ...query, from: Math.max(query.from, (await cache.findOldest(db)) ?? query.to) }
  for await (const { group, ...each } of cache.groups(db, asked.from, asked.to)) {
    const facts = await each.facts()
    if (measure === 'threshold') addFacts(facts, asked, ratio, { sum, counts })
    else {
      const steps = await readToleranceSteps(db, { group, facts }, query.policy)
      addToleranceFacts(facts, steps, asked, ratio, { sum, counts })
    }
  }
  const served = query.setting ?? (await readLatestThreshold(db, query)) ?? 0.5
  const settings = chooseSettings(sum.steps(), served, measure, query.exactly)
  const sums = sum.at(settings, served)
  const points = sums.settings.map((each, index) => ({ setting: settings[index]!, ...each }))
  const labelled = await readLabelled(db, query, findChoices)
  const { least, most, others: _, ...counted } = counts
  return {
    ...counted,
    otherRouters: listOthers(counts),
    sessions: sum.sessions,
    isServedThroughout: served > least && served <= most,
    points: addQuality(points, labelled),
    served: settings.indexOf(served),
    free: sums.free,
    labels: labelled.labels,
    always: always.map(({ name }, place) => {
      const dollars = Number.isNaN(sums.always[place]!.usd) ? noDollars : sums.always[place]!
      return { model: name, ...dollars, ...findQualityOf(name, labelled) }
    }),
  }
}

const noDollars = { usd: null, usdInterval: null, changeInterval: null }

async function readLatestThreshold(db: Database, query: CurveQuery): Promise<number | null> {
  const { sql, parameters } = curveConditions(query)
  const { rows } = await db.executeQuery<{ threshold: number }>(
    CompiledQuery.raw(
      `select ${ownThresholdColumn} as threshold from requests where ${sql} and router = ? and threshold is not null order by seq desc limit 1`,
      [...parameters, query.router],
    ),
  )
  return rows[0]?.threshold ?? null
}

import type { Database } from '../../../database/open-database.ts'
import type { Curve, CurveQuery } from '../../answers/curve.ts'
import { chooseSettings } from './choose-settings.ts'
import {
  type CurveChoices,
  type CurveRow,
  createPrices,
  type FindChoices,
  findPairChoices,
  findToleranceChoices,
  readLengthRatio,
} from './curve-row.ts'
import { createCurveSum } from './curve-sum.ts'
import { addQuality, readLabelled } from './read-quality.ts'
import { walkRequests } from './walk-requests.ts'

/** What the requests would have cost at each setting, from the requests themselves, with intervals. */
export async function readCurve(db: Database, query: CurveQuery): Promise<Curve> {
  const { models, measure } = query
  const findChoices: FindChoices =
    measure === 'threshold' ? (row) => findPairChoices(row, models) : findToleranceChoices
  const price = createPrices(models, await readLengthRatio(db, query))
  const sum = createCurveSum()
  const counts = { requests: 0, held: 0, unscored: 0, unpriced: 0, ofOtherRouters: 0 }
  const seen = { paidUsd: 0, threshold: query.setting, agrees: [] as number[] }
  let unpricedModel: string | null = null
  // At which settings a request is decided as it was: from, to.
  let [least, most] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for await (const rows of walkRequests(db, query))
    for (const row of rows) {
      if (row.isOther === 1) {
        counts.ofOtherRouters++
        continue
      }
      const choices = findChoices(row)
      counts.requests++
      if (choices.kind !== 'scored') counts[choices.kind]++
      if (query.setting === null && row.threshold !== null) seen.threshold = row.threshold
      const dollars = priceChoices(row, choices, price)
      if (row.cost === null || dollars === null) counts.unpriced++
      if (row.cost !== null && dollars === null) unpricedModel ??= findUnpriced(row, choices, price)
      if (dollars !== null) seen.paidUsd += row.cost! / 1e9
      const isBest = (model: string | null) =>
        Number(measure === 'threshold' ? model === models[0]?.name : model === choices.first)
      sum.add(row.session, { usd: dollars?.[0] ?? 0, strong: isBest(choices.first) })
      for (const [index, step] of choices.steps.entries())
        sum.addStep(step.at, {
          usd: dollars === null ? 0 : dollars[index + 1]! - dollars[index]!,
          strong: isBest(step.model) - isBest(index === 0 ? choices.first : choices.steps[index - 1]!.model),
        })
      if (choices.kind === 'scored') [least, most] = narrow([least, most], choices)
    }
  const served = seen.threshold ?? 0.5
  const settings = chooseSettings(sum.steps(), served, measure)
  const points = sum.at(settings).map(({ usd, usdInterval, strong }, index) => ({
    ...{ setting: settings[index]!, usd, usdInterval, strong },
    ...{ quality: null, qualityInterval: null, lossInterval: null },
  }))
  const labelled = await readLabelled(db, query, findChoices)
  return {
    ...counts,
    sessions: sum.sessions,
    paidUsd: seen.paidUsd,
    isServedThroughout: served > least && served <= most,
    points: addQuality(points, labelled),
    served: settings.indexOf(served),
    labels: labelled.labels,
    unpricedModel,
  }
}

/** Dollars of the first choice and of each step; null if one is not known. */
function priceChoices(
  row: CurveRow,
  { first, steps, decided }: CurveChoices,
  price: ReturnType<typeof createPrices>,
): readonly number[] | null {
  const dollars = [price(row, first, decided), ...steps.map(({ model }) => price(row, model, decided))]
  return dollars.every((usd) => usd !== null) ? dollars : null
}

function findUnpriced(
  row: CurveRow,
  { first, steps, decided }: CurveChoices,
  price: ReturnType<typeof createPrices>,
): string | null {
  return (
    [first, ...steps.map(({ model }) => model)].find((model) => price(row, model, decided) === null) ?? null
  )
}

/** The settings at which all requests so far are decided as they were: above the first and up to the second. */
function narrow(
  [least, most]: readonly [number, number],
  { first, steps, decided }: CurveChoices,
): [number, number] {
  const from = first === decided ? -1 : steps.findIndex(({ model }) => model === decided)
  if (from === -1 && first !== decided) return [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const low = from === -1 ? Number.NEGATIVE_INFINITY : steps[from]!.at
  const high = steps[from + 1]?.at ?? Number.POSITIVE_INFINITY
  return [Math.max(least, low), Math.min(most, high)]
}

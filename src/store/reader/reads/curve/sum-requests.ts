import type { LengthRatio } from '../../../../gateway/savings/savings-meter.ts'
import type { Database } from '../../../database/open-database.ts'
import type { CurveQuery } from '../../answers/curve.ts'
import { type CurveCounts, countOther } from './curve-counts.ts'
import {
  type CurveChoices,
  type CurveRow,
  createPrices,
  type FindChoices,
  type PriceRequest,
} from './curve-row.ts'
import type { CurveSum } from './curve-sum.ts'
import { walkRequests } from './walk-requests.ts'

/** Adds each request of a curve to sums, read from the database with its candidates if they are needed. */
export async function sumRequests(
  db: Database,
  query: CurveQuery,
  findChoices: FindChoices,
  {
    ratio,
    sum,
    counts,
  }: { readonly ratio: LengthRatio; readonly sum: CurveSum; readonly counts: CurveCounts },
): Promise<void> {
  const { models, measure, always = [] } = query
  const price = createPrices([...models, ...always], ratio)
  for await (const rows of walkRequests(db, query))
    for (const row of rows) {
      if (row.isOther === 1) {
        countOther(counts, row.router ?? '', row.cost === null ? Number.NaN : row.cost / 1e9)
        continue
      }
      const choices = findChoices(row)
      counts.requests++
      if (choices.kind !== 'scored') counts[choices.kind]++
      const dollars = priceChoices(row, choices, price)
      if (row.cost === null || dollars === null) counts.unpriced++
      if (row.cost !== null && dollars === null) counts.unpricedModel ??= findUnpriced(row, choices, price)
      if (dollars !== null) counts.paidUsd += row.cost! / 1e9
      const isBest = (model: string | null) =>
        Number(measure === 'threshold' ? model === models[0]?.name : model === choices.first)
      sum.add(row.session, dollars?.[0] ?? 0, isBest(choices.first))
      if (dollars !== null)
        for (const [place, { name }] of always.entries())
          sum.addAlways(place, price(row, name, choices.decided) ?? Number.NaN)
      for (const [index, step] of choices.steps.entries()) {
        const before = index === 0 ? choices.first : choices.steps[index - 1]!.model
        const usd = dollars === null ? 0 : dollars[index + 1]! - dollars[index]!
        sum.addStep(step.at, usd, isBest(step.model) - isBest(before))
      }
      if (choices.kind === 'scored') narrow(counts, choices)
    }
}

/** Dollars of the first choice and of each step; null if one is not known. */
function priceChoices(
  row: CurveRow,
  { first, steps, decided }: CurveChoices,
  price: PriceRequest,
): readonly number[] | null {
  const dollars = [price(row, first, decided), ...steps.map(({ model }) => price(row, model, decided))]
  return dollars.every((usd) => usd !== null) ? dollars : null
}

function findUnpriced(
  row: CurveRow,
  { first, steps, decided }: CurveChoices,
  price: PriceRequest,
): string | null {
  const models = [first, ...steps.map(({ model }) => model)]
  return models.find((model) => price(row, model, decided) === null) ?? null
}

function narrow(counts: CurveCounts, { first, steps, decided }: CurveChoices): void {
  const from = first === decided ? -1 : steps.findIndex(({ model }) => model === decided)
  if (from === -1 && first !== decided) counts.most = Number.NEGATIVE_INFINITY
  counts.least = Math.max(counts.least, from === -1 ? Number.NEGATIVE_INFINITY : steps[from]!.at)
  counts.most = Math.min(counts.most, steps[from + 1]?.at ?? Number.POSITIVE_INFINITY)
}

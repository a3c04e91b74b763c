import type { LengthRatio } from '../../../src/gateway/savings/savings-meter.ts'
import { findCallUsd } from '../../../src/routing/catalogue/expected-cost.ts'
import type { Model } from '../../../src/routing/catalogue/model.ts'
import { CompiledQuery } from '../../../src/store/database/kysely.ts'
import type { Database } from '../../../src/store/database/open-database.ts'
import type { CurveQuery } from '../../../src/store/reader/answers/curve.ts'
import { curveConditions } from '../../../src/store/reader/reads/curve/curve-conditions.ts'
import { type CurveCounts, countOther } from '../../../src/store/reader/reads/curve/curve-counts.ts'
import {
  type CurveChoices,
  type CurveRow,
  curveColumns,
  type FindChoices,
} from '../../../src/store/reader/reads/curve/curve-row.ts'
import type { CurveSum } from '../../../src/store/reader/reads/curve/curve-sum.ts'

/** Adds each request of a curve to sums, one by one from the database: what the curve has from facts. */
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

/** Dollars of a request if a model had answered it; null if they are not known. */
type PriceRequest = (row: CurveRow, model: string | null, decided: string | null) => number | null

/**
 * What was paid, if the model is the one that was decided for: all calls of the request. Else one call of the model with the
 * same prompt, as much of it from the cache, and as many tokens of output times the ratio of what both write. Without tokens,
 * because no model answered, the same as was paid.
 */
function createPrices(models: readonly Model[], ratio: LengthRatio): PriceRequest {
  const byName = new Map(models.map((model) => [model.name, model]))
  return (row, name, decided) => {
    const { cost, input, model: answered } = row
    if (cost === null) return null
    if (name === decided || input === null) return cost / 1e9
    const model = name === null ? undefined : byName.get(name)
    if (model === undefined) return null
    const longer = answered === null || answered === name ? 1 : ratio(answered, model.name)
    return findCallUsd(model, {
      inputTokens: input,
      cachedTokens: row.cached ?? 0,
      cacheWriteTokens: row.written ?? 0,
      cacheWrite1hTokens: row.written1h ?? 0,
      outputTokens: (row.output ?? 0) * longer,
    })
  }
}

const rowsOfPage = 5000

/** The requests of a curve in the order in which they were kept, a page in memory at a time. */
async function* walkRequests(
  db: Database,
  query: CurveQuery,
): AsyncGenerator<readonly (CurveRow & { readonly isOther: number; readonly router: string | null })[]> {
  const { sql, parameters } = curveConditions(query)
  const columns = `seq, router is not null and router <> ? as isOther, router, ${curveColumns}${query.measure === 'tolerance' ? ', candidates' : ''}`
  let last = await findFirst(db, query)
  for (;;) {
    const { rows } = await db.executeQuery<
      CurveRow & { isOther: number; seq: number; router: string | null }
    >(
      CompiledQuery.raw(
        `select ${columns} from requests where seq > ? and ${sql} order by seq limit ${rowsOfPage}`,
        [query.router, last, ...parameters],
      ),
    )
    if (rows.length > 0) yield rows
    if (rows.length < rowsOfPage) return
    last = rows.at(-1)!.seq
  }
}

/** The `seq` before the first request of the time, so that those before are not read. */
async function findFirst(db: Database, { from, to }: CurveQuery): Promise<number> {
  const row = await db
    .selectFrom('requests')
    .select(({ fn }) => fn.min('seq').as('seq'))
    .where('time', '>=', from)
    .where('time', '<', to)
    .executeTakeFirst()
  return (row?.seq ?? 1) - 1
}

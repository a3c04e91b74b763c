import type { LengthRatio } from '../../../../../gateway/savings/savings-meter.ts'
import { isOfFilter } from '../../../../savings/fact-filter.ts'
import { type Facts, factFlags } from '../../../../savings/facts.ts'
import type { CurveQuery } from '../../../answers/curve.ts'
import { type CurveCounts, countOther } from '../curve-counts.ts'
import type { CurveSum } from '../curve-sum.ts'
import { describeModel, type FactModel } from './fact-model.ts'
import type { ToleranceSteps } from './tolerance-steps.ts'

/** As `addFacts`, of a policy with a tolerance, whose requests have steps. */
export function addToleranceFacts(
  facts: Facts,
  { names: candidates, starts, at: settings, model: modelOf }: ToleranceSteps,
  query: CurveQuery,
  ratio: LengthRatio,
  { sum, counts }: { readonly sum: CurveSum; readonly counts: CurveCounts },
): void {
  const { names, flags, usd, input, model, router, unit } = facts
  const isWanted = isOfFilter(facts, { ...query, policy: query.policy ?? '', model: undefined })
  const routerId = query.router === null ? null : names.indexOf(query.router)
  const always = (query.always ?? []).map((each) => describeModel(each, facts, ratio))
  const described = new Map(query.models.map((each) => [each.name, describeModel(each, facts, ratio)]))
  /** Null: a candidate that is not configured any more has no price. */
  const models = candidates.map((name) => described.get(name) ?? null)
  const ids = candidates.map((name) => names.indexOf(name))
  /** Dollars if a model answers; what was paid if it is the one that did, or if none did. */
  const usdIf = (at: number, of: FactModel | null, id: number): number =>
    id === model[at] || input[at]! < 0 ? usd[at]! : (of?.usdAt(at) ?? Number.NaN)

  for (let at = 0; at < facts.rows; at++) {
    if (!isWanted(at)) continue
    const bits = flags[at]!
    const isDecided = router[at] !== 0 || (bits & (factFlags.isStrong | factFlags.isWeak)) !== 0
    if (query.policy === null && !isDecided) continue
    if (routerId !== null && router[at] !== 0 && router[at] !== routerId) {
      countOther(counts, names[router[at]!] ?? '', usd[at]!)
      continue
    }
    counts.requests++
    const [start, end] = [starts[at]!, starts[at + 1]!]
    const isScored = end > start
    if (!isScored) counts.unscored++
    let isUnpriced = Number.isNaN(usd[at]!)
    for (let step = start; step < end && !isUnpriced; step++) {
      const place = modelOf[step]!
      isUnpriced = Number.isNaN(usdIf(at, models[place]!, ids[place]!))
      if (isUnpriced) counts.unpricedModel ??= candidates[place]!
    }
    if (isUnpriced) counts.unpriced++
    else counts.paidUsd += usd[at]!
    const first = isScored ? modelOf[start]! : -1
    let before = isUnpriced ? 0 : isScored ? usdIf(at, models[first]!, ids[first]!) : usd[at]!
    sum.addUnit((bits & factFlags.hasSession) === 0 ? null : unit[at]!, before, 1)
    if (!isUnpriced) for (const [place, of] of always.entries()) sum.addAlways(place, usdIf(at, of, of.id))
    for (let step = start + 1; step < end; step++) {
      const place = modelOf[step]!
      const then = isUnpriced ? 0 : usdIf(at, models[place]!, ids[place]!)
      const isFirst = Number(place === first)
      sum.addStep(settings[step]!, then - before, isFirst - Number(modelOf[step - 1] === first))
      before = then
    }
    if (isScored) narrow(counts, facts, at, { ids, settings, modelOf, start, end })
  }
}

type StepsOf = {
  readonly ids: readonly number[]
  readonly settings: Float64Array
  readonly modelOf: Uint16Array
  readonly start: number
  readonly end: number
}

/** It is decided as it was between the step of the model that answered and the next one. */
function narrow(counts: CurveCounts, { model }: Facts, at: number, of: StepsOf): void {
  const { ids, settings, modelOf, start, end } = of
  let step = start
  while (step < end && ids[modelOf[step]!] !== model[at]) step++
  if (step === end) counts.most = Number.NEGATIVE_INFINITY
  counts.least = Math.max(counts.least, step === end ? Number.NEGATIVE_INFINITY : settings[step]!)
  counts.most = Math.min(counts.most, step + 1 < end ? settings[step + 1]! : Number.POSITIVE_INFINITY)
}

import type { LengthRatio } from '../../../../../gateway/savings/savings-meter.ts'
import { isOfFilter } from '../../../../savings/fact-filter.ts'
import { type Facts, factFlags } from '../../../../savings/facts.ts'
import type { CurveQuery } from '../../../answers/curve.ts'
import { type CurveCounts, countOther } from '../curve-counts.ts'
import type { CurveSum } from '../curve-sum.ts'
import { describeModel, type FactModel } from './fact-model.ts'

/**
 * Adds the requests of a pair's curve to sums: what `findPairChoices` and `createPrices` find for each of them, without an object for
 * each, because there may be a million.
 */
export function addFacts(
  facts: Facts,
  query: CurveQuery,
  ratio: LengthRatio,
  { sum, counts }: { readonly sum: CurveSum; readonly counts: CurveCounts },
): void {
  const { names, flags, usd, input, model, router, winRate, unit } = facts
  const [strong, weak] = query.models.map((each) => describeModel(each, facts, ratio))
  if (strong === undefined || weak === undefined) return
  const always = (query.always ?? []).map((each) => describeModel(each, facts, ratio))
  /** Whose dollars are computed anyway. */
  const [placeOfStrong, placeOfWeak] = [strong, weak].map((of) =>
    always.findIndex(({ name }) => name === of.name),
  )
  const isWanted = isOfFilter(facts, { ...query, policy: query.policy ?? '', model: undefined })
  const routerId = query.router === null ? 0 : names.indexOf(query.router)
  /** Dollars if a model answers. @param decided null: the model that answered. */
  const usdIf = (of: FactModel, at: number, decided: FactModel | null): number => {
    const isPaid = input[at]! < 0 || (decided === null ? model[at] === of.id : of.name === decided.name)
    return isPaid ? usd[at]! : of.usdAt(at)
  }
  for (let at = 0; at < facts.rows; at++) {
    if (!isWanted(at)) continue
    const bits = flags[at]!
    const isStrong = (bits & factFlags.isStrong) !== 0
    const isWeak = (bits & factFlags.isWeak) !== 0
    if (query.policy === null && router[at] === 0 && !isStrong && !isWeak) continue
    if (router[at] !== 0 && router[at] !== routerId) {
      countOther(counts, names[router[at]!] ?? '', usd[at]!)
      continue
    }
    counts.requests++
    const paid = usd[at]!
    const session = (bits & factFlags.hasSession) === 0 ? null : unit[at]!
    const rate = winRate[at]!
    if (Number.isNaN(rate) || (bits & factFlags.isHeld) !== 0) {
      counts[Number.isNaN(rate) ? 'unscored' : 'held']++
      if (Number.isNaN(paid)) counts.unpriced++
      else counts.paidUsd += paid
      const isStrongModel = isStrong || (!isWeak && model[at] === strong.id)
      sum.addUnit(session, Number.isNaN(paid) ? 0 : paid, Number(isStrongModel))
      const decided = isStrong ? strong : isWeak ? weak : null
      if (!Number.isNaN(paid))
        for (let place = 0; place < always.length; place++)
          sum.addAlways(place, usdIf(always[place]!, at, decided))
      continue
    }
    // Without tokens no model answered, and what was paid is the same for each.
    const isSame = input[at]! < 0
    const isOfStrong = isStrong || (!isWeak && model[at] === strong.id)
    const isOfWeak = isWeak || (!isStrong && model[at] === weak.id)
    const strongUsd = isOfStrong || isSame ? paid : strong.usdAt(at)
    const weakUsd = isOfWeak || isSame ? paid : weak.usdAt(at)
    const isUnpriced = Number.isNaN(paid) || Number.isNaN(strongUsd) || Number.isNaN(weakUsd)
    if (isUnpriced) counts.unpriced++
    else counts.paidUsd += paid
    if (!Number.isNaN(paid) && isUnpriced)
      counts.unpricedModel ??= (Number.isNaN(strongUsd) ? strong : weak).name
    sum.addUnit(session, isUnpriced ? 0 : strongUsd, 1)
    sum.addStep(rate, isUnpriced ? 0 : weakUsd - strongUsd, -1, (bits & factFlags.isPaced) === 0)
    const decided = isOfStrong ? strong : isOfWeak ? weak : null
    for (let place = 0; place < always.length && !isUnpriced; place++) {
      const isEither = place === placeOfStrong || place === placeOfWeak
      const ofEither = place === placeOfStrong ? strongUsd : weakUsd
      sum.addAlways(place, isEither ? ofEither : usdIf(always[place]!, at, decided))
    }
    // It is decided as it was at thresholds up to its win rate, or above it.
    if (isOfStrong) counts.most = Math.min(counts.most, rate)
    else if (isOfWeak) counts.least = Math.max(counts.least, rate)
    else counts.most = Number.NEGATIVE_INFINITY
  }
}

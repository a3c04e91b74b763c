import { createRandom } from '../../../base/math/random.ts'
import { widenInterval } from '../../../base/math/statistics/few-units.ts'
import { type Interval, middleInterval } from '../../../base/math/statistics/quantile.ts'
import { chooseByLength, chooseByOracle, chooseOneModel } from './baselines.ts'
import { createColumns, figureNames, type PolicyFigure } from './columns.ts'
import type { PolicyChoices, PolicyTraffic, UnitKind } from './traffic.ts'
import { drawTotals, sumByUnit, totalsOf } from './unit-sums.ts'

/** What a policy, a model alone or the oracle costs and loses on the traffic. A figure that is not known is null. */
export type PolicyMeasure = {
  readonly name: string
  readonly kind: string
  readonly figures: Readonly<Record<PolicyFigure, number | null>>
  /** 95 % intervals. */
  readonly intervals: Readonly<Record<PolicyFigure, Interval | null>>
  /** The fraction of the answered requests that each model answers; models that answer none are left out. */
  readonly shares: Readonly<Record<string, number>>
  /** Requests that no candidate of the policy can answer. They are in no figure. */
  readonly refused: number
}

export type TrafficMeasure = {
  readonly requests: number
  readonly policies: readonly PolicyMeasure[]
  /** Every candidate alone. */
  readonly models: readonly PolicyMeasure[]
  readonly oracle: PolicyMeasure | null
  /** The candidate with the highest mean score, which losses are against; null without scores. */
  readonly best: string | null
  /** What the intervals resample. If there are several, each figure has the widest of their intervals. */
  readonly resampled: readonly UnitKind[]
}

export type MeasureOptions = {
  readonly seed: number
  /** Default: 1,000. */
  readonly resamples?: number
}

/**
 * Dollars and losses of each policy on the same requests (`columns.ts` defines the figures), with 95 % percentile intervals of
 * a bootstrap (Efron 1979) that draws whole prompts, and whole users and days if there are enough of them. A resample is as
 * large as the traffic, and the best candidate stays that of the whole traffic.
 *
 * @yields after each resample.
 */
export function* measureTraffic(
  traffic: PolicyTraffic,
  { seed, resamples = 1000 }: MeasureOptions,
): Generator<void, TrafficMeasure> {
  const models = traffic.models.map((_, model) => chooseOneModel(traffic, model))
  const oracle = chooseByOracle(traffic)
  const lengths = traffic.policies.map((policy) => chooseByLength(traffic, policy))
  const plans = [...traffic.policies, ...models, ...(oracle === null ? [] : [oracle]), ...lengths]
  const columns = createColumns(traffic, plans, {
    policies: traffic.policies.length,
    firstModel: traffic.policies.length,
    ...(oracle !== null && { oracle: traffic.policies.length + models.length }),
    firstLength: plans.length - lengths.length,
  })
  const kinds: UnitKind[] = ['prompts', 'users', 'days']
  const found = kinds.flatMap((kind) => {
    const unitOf = traffic.units[kind] ?? (kind === 'prompts' ? rowNumbers(traffic) : undefined)
    if (unitOf === undefined) return []
    const sums = sumByUnit(kind, unitOf, columns.count, columns.valuesOf)
    return sums === undefined ? [] : [{ kind, sums }]
  })
  const whole = columns.figuresOf(totalsOf(found[0]!.sums))
  const intervals: (Interval | null)[] = Array.from(whole, () => null)
  for (const { sums } of found) {
    const random = createRandom(seed)
    const drawn = Array.from(whole, () => new Float64Array(resamples))
    for (let resample = 0; resample < resamples; resample++) {
      for (const [figure, value] of columns.figuresOf(drawTotals(sums, random)).entries())
        drawn[figure]![resample] = value
      yield
    }
    for (const [figure, values] of drawn.entries()) {
      if (values.some(Number.isNaN)) continue
      const interval = widenInterval(middleInterval(values), whole[figure]!, sums.widening)
      intervals[figure] = wider(intervals[figure] ?? interval, interval)
    }
  }

  const measureOf = (plan: PolicyChoices, place: number): PolicyMeasure => {
    const from = place * figureNames.length
    const pick = <Value>(of: (place: number) => Value) =>
      Object.fromEntries(figureNames.map((figure, index) => [figure, of(from + index)])) as Record<
        PolicyFigure,
        Value
      >
    return {
      name: plan.name,
      kind: plan.kind,
      figures: pick((figure) => (Number.isNaN(whole[figure]!) ? null : whole[figure]!)),
      intervals: pick((figure) => intervals[figure] ?? null),
      ...sharesOf(traffic, plan),
    }
  }
  const measured = plans.map(measureOf)
  const [policies, ofModels] = [
    measured.slice(0, traffic.policies.length),
    measured.slice(traffic.policies.length, traffic.policies.length + models.length),
  ]
  return {
    requests: traffic.weights.reduce((sum, weight) => sum + weight, 0),
    policies,
    models: ofModels,
    oracle: oracle === null ? null : measured[traffic.policies.length + models.length]!,
    best: columns.best === null ? null : traffic.models[columns.best]!,
    resampled: found.map(({ kind }) => kind),
  }
}

function rowNumbers({ weights }: PolicyTraffic): Float64Array {
  return Float64Array.from(weights, (_, row) => row)
}

function wider(one: Interval, other: Interval): Interval {
  return other[1] - other[0] > one[1] - one[0] ? other : one
}

function sharesOf(
  { models, weights }: PolicyTraffic,
  { chosen }: PolicyChoices,
): Pick<PolicyMeasure, 'shares' | 'refused'> {
  const counts = new Float64Array(models.length)
  let refused = 0
  let answered = 0
  for (const [row, model] of chosen.entries()) {
    if (model < 0) refused += weights[row]!
    else {
      counts[model]! += weights[row]!
      answered += weights[row]!
    }
  }
  const shares = models.flatMap((name, model) =>
    counts[model]! > 0 ? [[name, counts[model]! / answered] as const] : [],
  )
  return { shares: Object.fromEntries(shares), refused }
}

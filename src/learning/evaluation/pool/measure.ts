import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { type Interval, middleInterval } from '../../../base/math/statistics/quantile.ts'
import { distinctPrompts } from '../metrics/resampling.ts'
import { singleModelChoices } from './choices.ts'
import { createPoolCurve, leastCostForQuality, leastCostOfOnePoint, poolPoints } from './curve.ts'
import { averageImprovementInQuality, type CostQuality, routerArenaScore } from './pool.ts'
import type { PoolChoices, PoolOutcomes } from './pool-outcomes.ts'

/** A policy or a baseline, with its choices at every setting. */
export type MeasuredPolicy = {
  readonly name: string
  readonly settings: readonly PoolChoices[]
  /** Whether requests may be divided at random between two settings. Without it each setting stands alone. */
  readonly mixes: boolean
}

export type PolicyMeasure = {
  readonly name: string
  /** Dollars per request and mean score of each setting. */
  readonly points: readonly (CostQuality & { readonly setting: number | null })[]
  /** RouterBench's AIQ between the mean costs of the cheapest and of the dearest model. */
  readonly aiq: number
  readonly aiqInterval: Interval
  /** RouterArena's score at the best setting, 0 to 100; null unless scores are from 0 to 1 and costs above 0. */
  readonly routerArena: number | null
  readonly routerArenaInterval: Interval | null
  readonly usdFor: readonly UsdForQuality[]
}

export type UsdForQuality = {
  /** The share of the best single model's mean score that is to be reached. */
  readonly share: number
  /** Dollars per request at the cheapest setting or mix of settings that reaches it; null if none does. */
  readonly usd: number | null
  /** An end is null if the policy does not reach the share in that part of the resamples. */
  readonly interval: UsdInterval
}

export type UsdInterval = readonly [low: number | null, high: number | null]

export type PoolMeasure = {
  readonly prompts: number
  readonly models: readonly { readonly model: string; readonly usd: number; readonly score: number }[]
  /** The model with the highest mean score. */
  readonly best: string
  readonly policies: readonly PolicyMeasure[]
  /**
   * Dollars of one policy divided by those of another for the same quality, with its interval over the same resamples.
   *
   * @param share one of the shares that were measured.
   */
  usdRatio(
    one: string,
    other: string,
    share: number,
  ): { readonly ratio: number | null; readonly interval: UsdInterval }
}

export type PoolMeasureOptions = {
  readonly seed: number
  /** Default: 1,000. */
  readonly resamples?: number
  /** Shares of the best single model's score. Default: 0.95 and 0.99. */
  readonly shares?: readonly number[]
}

/** What a policy gives on some prompts. */
export type PoolValues = {
  readonly aiq: number
  /** NaN unless scores are from 0 to 1 and costs above 0. */
  readonly routerArena: number
  /** Dollars per request for each share of the best single model's score; NaN if it is not reached. */
  readonly usd: readonly number[]
}

/**
 * Cost and quality of policies on the same outcomes, with percentile bootstrap intervals (Efron 1979): distinct prompts are drawn
 * with replacement, the same ones for all policies, so that ratios are paired. The best single model's score is that of the same
 * resample.
 *
 * A policy's settings are chosen with its outcomes in sight, as in AIQ and in every cost–quality curve: a setting that was
 * chosen on other prompts reaches a little less.
 *
 * @throws InvalidRequestError `cost-range` if all models cost the same, `pool-points` without prompts.
 */
export function measurePool(
  outcomes: PoolOutcomes,
  policies: readonly MeasuredPolicy[],
  options: PoolMeasureOptions,
): PoolMeasure {
  return runAtOnce(measurePoolInSteps(outcomes, policies, options))
}

/** As `measurePool`. @yields the number of resamples after each of them. */
export function* measurePoolInSteps(
  outcomes: PoolOutcomes,
  policies: readonly MeasuredPolicy[],
  { seed, resamples = 1_000, shares = [0.95, 0.99] }: PoolMeasureOptions,
): Generator<number, PoolMeasure> {
  const { models, prompts } = outcomes
  const once = new Uint32Array(prompts.length).fill(1)
  const valuesOf = createPoolValues(outcomes, policies, shares)
  const whole = valuesOf(once)
  const drawn = yield* resample(prompts, { seed, resamples }, valuesOf)
  const alone = poolPoints(outcomes, singleModels(outcomes))
  const best = alone.reduce((top, { quality }, model) => (quality > alone[top]!.quality ? model : top), 0)

  const measured = policies.map(({ name, settings }, index): PolicyMeasure => {
    const { aiq, routerArena: arena, usd } = whole[index]!
    const column = (of: (values: PoolValues) => number) =>
      Float64Array.from(drawn, (values) => of(values[index]!))
    return {
      name,
      points: poolPoints(outcomes, settings).map((point, place) => ({
        ...point,
        setting: settings[place]!.setting,
      })),
      aiq,
      aiqInterval: middleInterval(column((values) => values.aiq)),
      routerArena: numberOrNull(arena),
      routerArenaInterval: Number.isNaN(arena)
        ? null
        : middleInterval(column((values) => values.routerArena)),
      usdFor: shares.map((share, place) => ({
        share,
        usd: numberOrNull(usd[place]!),
        interval: costInterval(column((values) => values.usd[place]!)),
      })),
    }
  })
  return {
    prompts: prompts.length,
    models: models.map((model, place) => ({
      model,
      usd: alone[place]!.cost,
      score: alone[place]!.quality,
    })),
    best: models[best]!,
    policies: measured,
    usdRatio(one, other, share) {
      const [first, second] = [one, other].map((name) => policies.findIndex((each) => each.name === name))
      const place = shares.indexOf(share)
      const ratioOf = (values: readonly PoolValues[]) =>
        values[first!]!.usd[place]! / values[second!]!.usd[place]!
      return {
        ratio: numberOrNull(ratioOf(whole)),
        interval: costInterval(Float64Array.from(drawn, ratioOf)),
      }
    },
  }
}

/** The values of each policy if prompt i counts `counts[i]` times its weight, for a bootstrap of one's own. */
export function createPoolValues(
  outcomes: PoolOutcomes,
  policies: readonly MeasuredPolicy[],
  shares: readonly number[],
): (counts: ArrayLike<number>) => PoolValues[] {
  const singlesOf = createPoolCurve(outcomes, singleModels(outcomes))
  const curves = policies.map(({ settings }) => createPoolCurve(outcomes, settings))
  const hasArena = outcomes.scores.every((score) => score >= 0 && score <= 1)
  return (counts) => {
    const alone = singlesOf(counts)
    const range = rangeOf(alone)
    const best = Math.max(...alone.map(({ quality }) => quality))
    return policies.map(({ mixes }, index) => {
      const points = curves[index]!(counts)
      const leastCost = mixes ? leastCostForQuality : leastCostOfOnePoint
      return {
        aiq: averageImprovementInQuality(points, range),
        routerArena: hasArena ? bestArena(points) : Number.NaN,
        usd: shares.map((share) => leastCost(points, share * best)),
      }
    })
  }
}

function singleModels({ models, prompts }: PoolOutcomes): PoolChoices[] {
  return models.flatMap((_, model) => singleModelChoices(prompts.length, model))
}

function* resample(
  prompts: readonly string[],
  { seed, resamples }: { readonly seed: number; readonly resamples: number },
  valuesOf: (counts: ArrayLike<number>) => PoolValues[],
): Generator<number, PoolValues[][]> {
  const { promptOf, prompts: distinct } = distinctPrompts(prompts.map((prompt) => ({ prompt })))
  const random = createRandom(seed)
  const drawn = new Uint32Array(distinct)
  const counts = new Uint32Array(prompts.length)
  const values: PoolValues[][] = []
  while (values.length < resamples) {
    drawn.fill(0)
    for (let draw = 0; draw < distinct; draw++) drawn[random.nextInt(distinct)]!++
    for (let prompt = 0; prompt < counts.length; prompt++) counts[prompt] = drawn[promptOf[prompt]!]!
    values.push(valuesOf(counts))
    yield values.length
  }
  return values
}

function rangeOf(points: readonly CostQuality[]): { minCost: number; maxCost: number } {
  const costs = points.map(({ cost }) => cost)
  return { minCost: Math.min(...costs), maxCost: Math.max(...costs) }
}

function bestArena(points: readonly CostQuality[]): number {
  const scores = points.flatMap(({ cost, quality }) =>
    cost > 0 ? [routerArenaScore(100 * quality, 1_000 * cost)] : [],
  )
  return scores.length === 0 ? Number.NaN : Math.max(...scores)
}

/** The middle 95 %, where NaN (not reached) is dearer than every number. */
function costInterval(values: Float64Array): UsdInterval {
  const sorted = values.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)).sort()
  const last = sorted.length - 1
  return [numberOrNull(sorted[Math.floor(0.025 * last)]!), numberOrNull(sorted[Math.ceil(0.975 * last)]!)]
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

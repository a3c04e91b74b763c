import { evenQuantiles } from '../../../base/math/statistics/quantile.ts'
import { nonDecreasingConvexHull } from './pool.ts'
import type { PoolChoices, PoolOutcomes } from './pool-outcomes.ts'

/** What a policy expects before it chooses. Matrices are [prompts, models]. */
export type PoolExpectations = {
  readonly models: number
  /** Predicted scores, in the unit of the outcomes. */
  readonly scores: Float64Array
  /** Expected dollars. */
  readonly usd: Float64Array
}

/** Settings of a sweep, unless told. */
const defaultSettings = 101

/**
 * The policy `cheapest-good-enough`: of the models whose predicted loss against the best one is at most the tolerance, the
 * one with the lowest expected dollars; of equally cheap ones the first.
 *
 * @param tolerances Default: 101 quantiles of the predicted losses, from 0 to the largest.
 */
export function sweepTolerances(
  expected: PoolExpectations,
  tolerances: readonly number[] = usefulTolerances(expected),
): PoolChoices[] {
  const { models, scores, usd } = expected
  return tolerances.map((tolerance) => ({
    setting: tolerance,
    chosen: chooseEach(expected, (from) => {
      const least = bestScore(scores, from, models) - tolerance
      return bestPlace(models, (model) =>
        // The best itself has to pass whatever the rounding is.
        scores[from + model]! >= least - 1e-12 ? -usd[from + model]! : Number.NEGATIVE_INFINITY,
      )
    }),
  }))
}

/**
 * The policy `utility` with weights of quality and dollars: the model with the highest score − λ · dollars.
 *
 * @param usdWeights λ, in units of the score per dollar, from 0. Default: `usefulUsdWeights`.
 */
export function sweepUsdWeights(
  expected: PoolExpectations,
  usdWeights: readonly number[] = usefulUsdWeights(expected),
): PoolChoices[] {
  const { models, scores, usd } = expected
  return usdWeights.map((weight) => ({
    setting: weight,
    chosen: chooseEach(expected, (from) =>
      bestPlace(models, (model) => scores[from + model]! - weight * usd[from + model]!),
    ),
  }))
}

/**
 * The best that any policy can do: it knows the outcomes. Each λ of a fine grid gives a point of the hull of all policies, so
 * that the hull of these points is below the true one only between them.
 */
export function oracleChoices({ models, scores, usd }: PoolOutcomes): PoolChoices[] {
  return sweepUsdWeights({ models: models.length, scores, usd })
}

/**
 * Prompt length as a policy: the models are the vertices of the hull of the single models, and between two neighbours the longer
 * prompts go to the dearer one. It starts with the cheapest vertex for all prompts and ends with the dearest. Setting: how far it
 * is, from 0 to the number of vertices less 1.
 *
 * @param costQuality mean dollars and score of each model, of the labels, not of the rows that are measured.
 */
export function lengthChoices(
  prompts: readonly string[],
  costQuality: readonly { readonly cost: number; readonly quality: number }[],
  settings: number = defaultSettings,
): PoolChoices[] {
  const chain = nonDecreasingConvexHull(costQuality).map(({ cost, quality }) =>
    costQuality.findIndex((each) => each.cost === cost && each.quality === quality),
  )
  const steps = chain.length - 1
  if (steps === 0) return [{ setting: 0, chosen: new Int32Array(prompts.length).fill(chain[0]!) }]
  // The share of prompts that are shorter; equal lengths have one rank.
  const sorted = Float64Array.from(prompts, ({ length }) => length).sort()
  const rank = prompts.map(({ length }) => countBelow(sorted, length) / prompts.length)
  return Array.from({ length: settings }, (_, index) => {
    const setting = (steps * index) / (settings - 1)
    const step = Math.min(steps - 1, Math.floor(setting))
    const share = setting - step
    return {
      setting,
      chosen: Int32Array.from(rank, (shorter) => chain[shorter >= 1 - share ? step + 1 : step]!),
    }
  })
}

/** One model for all prompts. */
export function singleModelChoices(prompts: number, model: number): PoolChoices[] {
  return [{ setting: null, chosen: new Int32Array(prompts).fill(model) }]
}

/** 0 (the best model whatever it costs), then from "dollars hardly count" to "only dollars count", evenly in the logarithm. */
export function usefulUsdWeights(
  { models, scores, usd }: PoolExpectations,
  settings: number = defaultSettings,
): number[] {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (let from = 0; from < scores.length; from += models) {
    for (let one = from; one < from + models; one++) {
      for (let other = from; other < from + models; other++) {
        const saved = usd[one]! - usd[other]!
        const lost = scores[one]! - scores[other]!
        if (!(saved > 0 && lost > 0)) continue
        least = Math.min(least, lost / saved)
        most = Math.max(most, lost / saved)
      }
    }
  }
  if (most === 0) return [0]
  const steps = settings - 2
  return [
    0,
    ...Array.from(
      { length: settings - 1 },
      (_, index) => 0.999 * least * ((1.002 * most) / least) ** (index / steps),
    ),
  ]
}

function usefulTolerances({ models, scores }: PoolExpectations): number[] {
  const losses: number[] = []
  for (let from = 0; from < scores.length; from += models) {
    const best = bestScore(scores, from, models)
    for (let model = 0; model < models; model++)
      if (scores[from + model]! < best) losses.push(best - scores[from + model]!)
  }
  return losses.length === 0 ? [0] : [0, ...evenQuantiles(losses, defaultSettings - 1)]
}

function chooseEach({ models, scores }: PoolExpectations, choose: (from: number) => number): Int32Array {
  return Int32Array.from({ length: scores.length / models }, (_, prompt) => choose(prompt * models))
}

function bestScore(scores: Float64Array, from: number, models: number): number {
  let best = Number.NEGATIVE_INFINITY
  for (let model = 0; model < models; model++) best = Math.max(best, scores[from + model]!)
  return best
}

/** The first model with the highest value; model 0 if all values are −∞. */
function bestPlace(models: number, rate: (model: number) => number): number {
  let best = 0
  let highest = Number.NEGATIVE_INFINITY
  for (let model = 0; model < models; model++) {
    const value = rate(model)
    if (value <= highest) continue
    best = model
    highest = value
  }
  return best
}

function countBelow(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

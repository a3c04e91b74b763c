import { dot } from '../../src/base/math/linear/vectors.ts'
import type { Random } from '../../src/base/math/random.ts'
import { quantile } from '../../src/base/math/statistics/quantile.ts'
import { createResampledApgr } from '../../src/learning/evaluation/metrics/apgr.ts'
import type { Recipe, VectorUnit } from './recipes.ts'

export type RecipeScore = {
  readonly recipe: Recipe
  /** Exact APGR minus that of prompt length on each family while it was held out, its units counting alike. */
  readonly advantageOfFamily: ReadonlyMap<string, number>
  /** Their mean: each family counts alike. */
  readonly meanAdvantage: number
  /** The lower end of what that mean may really be: its 5 % quantile over resampled families and prompts. */
  readonly cautiousAdvantage: number
  /** Mean exact APGR over the families. */
  readonly meanApgr: number
  /** The direction that was fitted without a family. */
  readonly directionWithout: ReadonlyMap<string, Float64Array>
}

export type Selection = { readonly chosen: RecipeScore; readonly scores: readonly RecipeScore[] }

export const resamples = 1000
export const cautiousQuantile = 0.05
/** Recipes whose cautious advantages differ by no more are taken for equal. */
export const indifference = 0.002

/**
 * The recipe with the greatest cautious advantage over prompt length on families of data sets that were left out of
 * its fit; among equals the one that learns less. See
 * docs/decisions/0007-how-the-builtin-recipe-is-chosen.md.
 *
 * @param length the recipe that the others are compared with.
 */
export function selectRecipe(
  recipes: readonly Recipe[],
  length: Recipe,
  units: readonly VectorUnit[],
  random: Random,
): Selection {
  const families = [...new Set(units.map(({ family }) => family))]
  const held = recipes.map((recipe) => heldOut(recipe, units, families))
  const baseline = heldOut(length, units, families)
  const counted = families.map((family) =>
    units.flatMap((unit, index) => (unit.family === family ? [index] : [])),
  )
  const byFamily = (of: (unit: number) => number) =>
    counted.map((members) => members.reduce((sum, unit) => sum + of(unit), 0) / members.length)

  const all = units.map(({ gains }) => new Uint8Array(gains.length).fill(1))
  const lengthApgr = baseline.apgr.map((apgrOf, unit) => apgrOf(all[unit]!))
  const means = held.map(() => new Float64Array(resamples))
  for (let resample = 0; resample < resamples; resample++) {
    const rows = units.map(({ gains }) => draw(gains.length, random))
    const drawn = families.map(() => random.nextInt(families.length))
    const lengths = baseline.apgr.map((apgrOf, unit) => apgrOf(rows[unit]!))
    held.forEach(({ apgr }, recipe) => {
      const advantages = byFamily((unit) => differenceOf(apgr[unit]!(rows[unit]!), lengths[unit]!))
      means[recipe]![resample] = drawn.reduce((sum, family) => sum + advantages[family]!, 0) / drawn.length
    })
  }
  const scores = held.map(({ recipe, apgr, directionWithout }, index): RecipeScore => {
    const apgrs = apgr.map((apgrOf, unit) => apgrOf(all[unit]!))
    const advantages = byFamily((unit) => apgrs[unit]! - lengthApgr[unit]!)
    return {
      recipe,
      directionWithout,
      advantageOfFamily: new Map(families.map((family, place) => [family, advantages[place]!])),
      meanAdvantage: mean(advantages),
      cautiousAdvantage: quantile(means[index]!.sort(), cautiousQuantile),
      meanApgr: mean(byFamily((unit) => apgrs[unit]!)),
    }
  })
  const best = Math.max(...scores.map(({ cautiousAdvantage }) => cautiousAdvantage))
  const [chosen] = scores
    .filter(({ cautiousAdvantage }) => cautiousAdvantage >= best - indifference)
    .sort((a, b) => a.recipe.freedom - b.recipe.freedom || b.cautiousAdvantage - a.cautiousAdvantage)
  return { chosen: chosen!, scores }
}

/** APGR of the recipe on resamples of each unit, fitted without the unit's family. */
function heldOut(recipe: Recipe, units: readonly VectorUnit[], families: readonly string[]) {
  const dimensions = units[0]!.vectors[0]!.length
  const directionWithout = new Map(
    families.map((family) => [
      family,
      recipe.direction(
        units.filter((unit) => unit.family !== family),
        dimensions,
      ),
    ]),
  )
  const apgr = units.map(({ family, vectors, gains }) => {
    const direction = directionWithout.get(family)!
    return createResampledApgr(
      vectors.map((vector) => dot(direction, vector)),
      gains,
      new Float64Array(gains.length),
    )
  })
  return { recipe, directionWithout, apgr }
}

function draw(size: number, random: Random): Uint32Array {
  const counts = new Uint32Array(size)
  for (let row = 0; row < size; row++) counts[random.nextInt(size)]!++
  return counts
}

/** A resample of few prompts may have no gap between the models, and then tells nothing. */
function differenceOf(apgr: number, lengthApgr: number): number {
  return Number.isNaN(apgr) || Number.isNaN(lengthApgr) ? 0 : apgr - lengthApgr
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

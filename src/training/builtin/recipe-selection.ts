import { createResampledApgr } from '../../evaluation/apgr.ts'
import type { Random } from '../../math/random.ts'
import { dot } from '../../math/vectors.ts'
import type { Recipe, VectorPair } from './recipes.ts'

export type RecipeScore = {
  readonly recipe: Recipe
  /** Exact APGR on each group when the recipe was fitted on the others. */
  readonly apgrOfGroup: ReadonlyMap<string, number>
  /** Their mean: each group counts alike. */
  readonly meanApgr: number
  /** Bootstrap values of `meanApgr`; value i of every recipe is on the same resampled rows. */
  readonly resampled: Float64Array
  /** For every pair, the score that it got while its group was held out. */
  readonly heldOutScores: Float64Array
}

export type Selection = {
  readonly chosen: RecipeScore
  readonly scores: readonly RecipeScore[]
  /** Standard error of the chosen one's mean APGR. */
  readonly standardError: number
}

const resamples = 200

/**
 * The best recipe by leave-one-group-out APGR, averaged over groups. One that learns from outcomes is taken only if it
 * beats the best that does not by more than one standard error of their difference: scores on groups left out are
 * known to predict unseen data poorly, so the simple recipe has the benefit of the doubt.
 */
export function selectRecipe(
  recipes: readonly Recipe[],
  pairs: readonly VectorPair[],
  random: Random,
): Selection {
  const groups = [...new Set(pairs.map(({ group }) => group))]
  const countsPerResample = drawResamples(groups, pairs, random)
  const scores = recipes.map((recipe) => scoreRecipe(recipe, pairs, groups, countsPerResample))
  const best = (candidates: readonly RecipeScore[]) =>
    candidates.reduce((one, other) => (other.meanApgr > one.meanApgr ? other : one))
  const simple = best(scores.filter(({ recipe }) => !recipe.fitted))
  const learned = best(scores.filter(({ recipe }) => recipe.fitted))
  const error = deviation(learned.resampled.map((value, index) => value - simple.resampled[index]!))
  const chosen = learned.meanApgr - simple.meanApgr > error ? learned : simple
  return { chosen, scores, standardError: deviation(chosen.resampled) }
}

type Resample = ReadonlyMap<string, Uint32Array>

function drawResamples(
  groups: readonly string[],
  pairs: readonly VectorPair[],
  random: Random,
): readonly Resample[] {
  const sizes = groups.map((group) => pairs.filter((pair) => pair.group === group).length)
  return Array.from({ length: resamples }, () => {
    const drawn = sizes.map((size) => {
      const counts = new Uint32Array(size)
      for (let row = 0; row < size; row++) counts[random.nextInt(size)]!++
      return counts
    })
    return new Map(groups.map((group, index) => [group, drawn[index]!]))
  })
}

function scoreRecipe(
  recipe: Recipe,
  pairs: readonly VectorPair[],
  groups: readonly string[],
  countsPerResample: readonly Resample[],
): RecipeScore {
  const heldOutScores = new Float64Array(pairs.length)
  const apgrOfGroup = new Map<string, number>()
  const sums = new Float64Array(countsPerResample.length)
  const dimensions = pairs[0]!.vector.length
  for (const group of groups) {
    const direction = recipe.direction(
      pairs.filter((pair) => pair.group !== group),
      dimensions,
    )
    const members = pairs.flatMap((pair, index) => (pair.group === group ? [{ pair, index }] : []))
    const scores = members.map(({ pair }) => dot(direction, pair.vector))
    members.forEach(({ index }, member) => {
      heldOutScores[index] = scores[member]!
    })
    const apgrOf = createResampledApgr(
      scores,
      members.map(({ pair }) => pair.strongScore),
      members.map(({ pair }) => pair.weakScore),
    )
    apgrOfGroup.set(group, apgrOf(new Uint8Array(members.length).fill(1)))
    countsPerResample.forEach((counts, index) => {
      sums[index]! += apgrOf(counts.get(group)!)
    })
  }
  let total = 0
  for (const apgr of apgrOfGroup.values()) total += apgr
  return {
    recipe,
    apgrOfGroup,
    meanApgr: total / groups.length,
    resampled: sums.map((sum) => sum / groups.length),
    heldOutScores,
  }
}

/** Of the values that are numbers: a resample of few rows may have no gap between the models, and so no APGR. */
function deviation(all: Float64Array): number {
  const values = all.filter((value) => !Number.isNaN(value))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

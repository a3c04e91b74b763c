import { dot } from '../../src/base/math/linear/vectors.ts'
import { createRandom } from '../../src/base/math/random.ts'
import {
  askedDeviation,
  askedFeature,
  featureNames,
  structuralWeight,
} from '../../src/routing/embedding/builtin/parameters.ts'
import type { MatrixFactorizationWeights } from '../../src/routing/routers/mf/weights.ts'
import { type RecipeScore, selectRecipe } from './recipe-selection.ts'
import { lengthRecipe, type Recipe, type VectorUnit } from './recipes.ts'
import { fitMedianScale, heldOutCalibrationError } from './win-rate-scale.ts'

export const builtinPair = { strong: 'gpt-4-1106-preview', weak: 'mixtral-8x7b-instruct-v0.1' }

/** A prompt's vector with the outcome of the pair that the win rate is about. */
export type VectorPair = {
  /** The family of its data set. */
  readonly group: string
  readonly vector: Float32Array
  readonly strongScore: number
  readonly weakScore: number
}

export type BuiltinRouter = {
  /** [dimensions] u: the log-odds are u·vector. What is asked has no weight yet. */
  readonly direction: Float64Array
  readonly recipe: string
  readonly scores: readonly RecipeScore[]
  readonly metrics: Readonly<Record<string, number>>
}

/** A weight of 1 on a standardised feature as a weight on the vector's dimension. */
const perDeviation = Math.sqrt(featureNames.length) / structuralWeight

/**
 * The part of the built-in router that learns from outcomes of examinations. The recipe is chosen on units of many models with families left out, fitted on all of
 * them, and scaled on the comparisons of the pair so that the win rate is the probability that the strong model's answer
 * is better (a tie is not). For the scale each comparison has the score of the direction fitted without its family.
 */
export function trainBuiltinRouter(
  recipes: readonly Recipe[],
  units: readonly VectorUnit[],
  pairs: readonly VectorPair[],
  seed: number,
): BuiltinRouter {
  const { chosen, scores } = selectRecipe(recipes, lengthRecipe, units, createRandom(seed))
  const fitted = chosen.recipe.direction(units, units[0]!.vectors[0]!.length)
  const predictions = pairs.map(({ group, vector, strongScore, weakScore }) => ({
    group,
    score: dot(chosen.directionWithout.get(group) ?? fitted, vector),
    won: strongScore > weakScore ? (1 as const) : (0 as const),
  }))
  const { slope, offset } = fitMedianScale(predictions)
  const direction = fitted.map((weight) => weight * slope)
  direction[featureNames.length - 1]! += offset * perDeviation
  return {
    direction,
    recipe: chosen.recipe.name,
    scores,
    metrics: {
      heldOutFamiliesApgr: chosen.meanApgr,
      heldOutFamiliesApgrMinusLength: chosen.meanAdvantage,
      heldOutFamiliesApgrMinusLengthLowerBound: chosen.cautiousAdvantage,
      heldOutDataSetsCalibrationError: heldOutCalibrationError(predictions),
      outcomePrompts: units.reduce((sum, { gains }) => sum + gains.length, 0),
      comparisons: pairs.length,
    },
  }
}

/** The weights of `direction` with a log-odds of `slope` for each log-odds of what is asked. */
export function joinedWeights(direction: Float64Array, slope: number): MatrixFactorizationWeights {
  const joined = Float64Array.from(direction)
  joined[featureNames.indexOf(askedFeature)]! += slope * askedDeviation * perDeviation
  return asMatrixFactorization(joined)
}

/** With one dimension and rows 1 and −1, the log-odds are (1 − (−1)) · 1 · W₁x: so W₁ is half the direction. */
function asMatrixFactorization(direction: Float64Array): MatrixFactorizationWeights {
  return {
    models: [builtinPair.strong, builtinPair.weak],
    modelEmbeddings: Float32Array.of(1, -1),
    projection: Float32Array.from(direction, (weight) => weight / 2),
    classifier: Float32Array.of(1),
    dimensions: 1,
    textDimensions: direction.length,
  }
}

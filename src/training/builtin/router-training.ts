import { featureNames, structuralWeight } from '../../embedding/builtin/parameters.ts'
import { createRandom } from '../../math/random.ts'
import type { MatrixFactorizationWeights } from '../../routers/matrix-factorization/weights.ts'
import { type RecipeScore, selectRecipe } from './recipe-selection.ts'
import { recipes, type VectorPair } from './recipes.ts'
import { fitWinRateScale, heldOutCalibrationError } from './win-rate-scale.ts'

export const builtinPair = { strong: 'gpt-4-1106-preview', weak: 'mixtral-8x7b-instruct-v0.1' }

export type BuiltinRouter = {
  readonly weights: MatrixFactorizationWeights
  readonly recipe: string
  readonly scores: readonly RecipeScore[]
  readonly metrics: Readonly<Record<string, number>>
}

/**
 * The built-in router's weights. The recipe is chosen with data sets left out, fitted on all pairs, and scaled so that
 * the win rate is the probability that the strong model's answer is better (a tie is not).
 */
export function trainBuiltinRouter(pairs: readonly VectorPair[], seed: number): BuiltinRouter {
  const { chosen, scores, standardError } = selectRecipe(recipes, pairs, createRandom(seed))
  const predictions = pairs.map(({ group, strongScore, weakScore }, row) => ({
    group,
    score: chosen.heldOutScores[row]!,
    won: strongScore > weakScore ? (1 as const) : (0 as const),
  }))
  const { slope, offset } = fitWinRateScale(predictions)
  const direction = chosen.recipe.direction(pairs, pairs[0]!.vector.length).map((weight) => weight * slope)
  direction[featureNames.length - 1]! += offset * (Math.sqrt(featureNames.length) / structuralWeight)
  return {
    weights: asMatrixFactorization(direction),
    recipe: chosen.recipe.name,
    scores,
    metrics: {
      heldOutDataSetsApgr: chosen.meanApgr,
      heldOutDataSetsApgrStandardError: standardError,
      heldOutDataSetsCalibrationError: heldOutCalibrationError(predictions),
      comparisons: pairs.length,
    },
  }
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

import { featureNames, structuralWeight } from '../../embedding/builtin/parameters.ts'
import { centredRidge } from './ridge.ts'

/** A prompt's vector with the outcome of a strong and a weak model on it. */
export type VectorPair = {
  /** The data set, or the family of data sets that would give each other away. */
  readonly group: string
  readonly vector: Float32Array
  readonly strongScore: number
  readonly weakScore: number
}

/** A way to get the direction w of a linear score w·vector; the constant and the scale come later. */
export type Recipe = {
  readonly name: string
  /** False where nothing is learned from outcomes. */
  readonly fitted: boolean
  direction(pairs: readonly VectorPair[], dimensions: number): Float64Array
}

/** Turns a dimension of the vector back into standard deviations of the feature. */
const perDeviation = Math.sqrt(featureNames.length) / structuralWeight

const simpleWeights = { 'question length': 1, numbers: 1, sentences: 0.5, 'step words': 0.5 }
/** Standard deviation of that sum over the prompts of the pool, roughly: brings it to the scale of one feature. */
const simpleDeviation = 2.2

/**
 * Robust recipes first: the first three learn nothing from outcomes. z(…) are standardised logarithms.
 */
export const recipes: readonly Recipe[] = [
  fixed('length', { length: 1 }),
  fixed('simple: z(question length) + z(numbers) + z(sentences)/2 + z(step words)/2', simpleWeights),
  fixed('z(length) + z(simple)', added({ length: 1 }, simpleWeights, 1 / simpleDeviation)),
  ridge('ridge on the features of length and simple', Object.keys({ length: 1, ...simpleWeights }), 1),
  ridge('ridge on all structural features, penalty 0.3', featureNames.slice(0, -1), 0.3),
  ridge('ridge on all structural features, penalty 3', featureNames.slice(0, -1), 3),
  ridge('ridge on all structural features and the dense part, penalty 3', featureNames.slice(0, -1), 3, 3),
]

type FeatureWeights = Readonly<Record<string, number>>

function added(first: FeatureWeights, second: FeatureWeights, factor: number): FeatureWeights {
  const sum: Record<string, number> = { ...first }
  for (const [name, weight] of Object.entries(second)) sum[name] = (sum[name] ?? 0) + factor * weight
  return sum
}

function fixed(name: string, weights: FeatureWeights): Recipe {
  return {
    name,
    fitted: false,
    direction: (_, dimensions) => {
      const direction = new Float64Array(dimensions)
      for (const [feature, weight] of Object.entries(weights))
        direction[indexOf(feature)] = weight * perDeviation
      return direction
    },
  }
}

/** @param denseFactor what the dense dimensions are multiplied by before the penalty; 0 leaves them out. */
function ridge(name: string, features: readonly string[], penalty: number, denseFactor = 0): Recipe {
  const named = features.map(indexOf)
  return {
    name,
    fitted: true,
    direction: (pairs, dimensions) => {
      const dense = denseFactor === 0 ? 0 : dimensions - featureNames.length
      const columns = [...named, ...Array.from({ length: dense }, (_, index) => featureNames.length + index)]
      const factors = columns.map((column) => (column < featureNames.length ? perDeviation : denseFactor))
      const solution = centredRidge(
        pairs.map(({ group, vector, strongScore, weakScore }) => ({
          group,
          features: columns.map((column, index) => vector[column]! * factors[index]!),
          target: strongScore - weakScore,
        })),
        penalty,
      )
      const direction = new Float64Array(dimensions)
      columns.forEach((column, index) => {
        direction[column] = solution[index]! * factors[index]!
      })
      return direction
    },
  }
}

function indexOf(feature: string): number {
  const index = featureNames.indexOf(feature)
  if (index < 0) throw new RangeError(`no feature is called ${feature}`)
  return index
}

import {
  askedFeature,
  featureNames,
  structuralWeight,
} from '../../src/routing/embedding/builtin/parameters.ts'
import {
  fitRobustRanking,
  type RobustRankingOptions,
  type UnitMoments,
  unitMoments,
} from './robust-ranking.ts'

/** A unit of outcomes on the built-in embedder. */
export type VectorUnit = {
  readonly family: string
  /** One of the embedder's vectors per prompt. */
  readonly vectors: readonly Float32Array[]
  /** See `OutcomeUnit`. */
  readonly gains: Float64Array
  readonly moments: UnitMoments
}

/** A way to get the direction w of a linear score w·vector; the constant and the scale come later. */
export type Recipe = {
  readonly name: string
  /** How much is learned from outcomes: 0 for nothing, else 1 over the shrinkage. */
  readonly freedom: number
  direction(units: readonly VectorUnit[], dimensions: number): Float64Array
}

/** Turns a dimension of the vector back into standard deviations of the feature. */
const perDeviation = Math.sqrt(featureNames.length) / structuralWeight
/** All named dimensions but the constant and what is asked: outcomes of examinations say nothing about that. */
const features = featureNames.slice(0, featureNames.indexOf(askedFeature))

type FeatureWeights = Readonly<Record<string, number>>

const length = { length: 1 }
const simple = { 'question length': 1, numbers: 1, sentences: 0.5, 'step words': 0.5 }
/** Standard deviation of that sum over the prompts of the pool, roughly: brings it to the scale of one feature. */
const simpleDeviation = 2.2
const lengthAndSimple = {
  length: 1,
  ...Object.fromEntries(Object.entries(simple).map(([name, weight]) => [name, weight / simpleDeviation])),
}
const lengthsAndNumbers = { length: 1, 'question length': 1, numbers: 1 }

export const lengthRecipe: Recipe = fixed('length', length)

/** z(…) are standardised logarithms. */
export const recipes: readonly Recipe[] = [
  lengthRecipe,
  fixed('simple: z(question length) + z(numbers) + z(sentences)/2 + z(step words)/2', simple),
  fixed('z(length) + z(simple)', lengthAndSimple),
  fixed('z(length) + z(question length) + z(numbers)', lengthsAndNumbers),
  ...[lengthAndSimple, lengthsAndNumbers].flatMap((prior) => [
    ranking(prior, { shrinkage: 0.1, objective: 'mean', onlyTowardsStrong: false }),
    ranking(prior, { shrinkage: 0.03, objective: 'worst first', onlyTowardsStrong: false }),
  ]),
  ranking(lengthsAndNumbers, { shrinkage: 0.01, objective: 'mean', onlyTowardsStrong: true }),
  ...[0.03, 0.01, 0.003].flatMap((shrinkage) =>
    [length, lengthAndSimple, lengthsAndNumbers].map((prior) =>
      ranking(prior, { shrinkage, objective: 'worst first', onlyTowardsStrong: true }),
    ),
  ),
]

/** A unit of outcomes, with what the recipes need to know of it. */
export function vectorUnit(
  family: string,
  vectors: readonly Float32Array[],
  gains: Float64Array,
): VectorUnit {
  const deviations = vectors.map((vector) =>
    Float64Array.from(features, (_, index) => vector[index]! * perDeviation),
  )
  return { family, vectors, gains, moments: unitMoments(deviations, gains) }
}

function fixed(name: string, weights: FeatureWeights): Recipe {
  return { name, freedom: 0, direction: (_, dimensions) => inVectorSpace(weightsOf(weights), dimensions) }
}

type LearnedOptions = Pick<RobustRankingOptions, 'shrinkage' | 'objective' | 'onlyTowardsStrong'>

function ranking(prior: FeatureWeights, options: LearnedOptions): Recipe {
  const { shrinkage, objective, onlyTowardsStrong } = options
  const signs = onlyTowardsStrong ? 'only towards strong' : 'any sign'
  return {
    name: `ranking, ${objective}, ${signs}, shrunk by ${shrinkage} to ${Object.keys(prior).join(' + ')}`,
    freedom: 1 / shrinkage,
    direction: (units, dimensions) =>
      inVectorSpace(
        fitRobustRanking(
          units.map(({ moments }) => moments),
          { ...options, prior: ofLengthOne(weightsOf(prior)), baseline: weightsOf(length) },
        ),
        dimensions,
      ),
  }
}

/** [features] */
function weightsOf(named: FeatureWeights): Float64Array {
  const weights = new Float64Array(features.length)
  for (const [name, weight] of Object.entries(named)) {
    const index = features.indexOf(name)
    if (index < 0) throw new RangeError(`no feature is called ${name}`)
    weights[index] = weight
  }
  return weights
}

function ofLengthOne(weights: Float64Array): Float64Array {
  const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0))
  return weights.map((weight) => weight / norm)
}

function inVectorSpace(weights: Float64Array, dimensions: number): Float64Array {
  const direction = new Float64Array(dimensions)
  weights.forEach((weight, index) => {
    direction[index] = weight * perDeviation
  })
  return direction
}

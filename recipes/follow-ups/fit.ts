import { shuffle } from '../../src/base/math/draw.ts'
import { dot } from '../../src/base/math/linear/vectors.ts'
import type { Random } from '../../src/base/math/random.ts'
import { sigmoid } from '../../src/base/math/sigmoid.ts'
import { gramPlaces } from '../../src/routing/follow-ups/turn-grams.ts'

/** A turn as the classifier sees it, once for each answer that it may come after. */
export type Example = {
  /** 1 for a follow-up. */
  readonly label: 0 | 1
  readonly weight: number
  readonly places: Int32Array
  readonly features: readonly Float32Array[]
}

/** A log-odds: w·features + Σ grams / √(number of grams) + bias. */
export type LinearModel = {
  /** [gramPlaces] */
  readonly gramWeights: Float32Array
  readonly featureWeights: Float32Array
  readonly bias: number
}

const epochs = 12
const rate = 0.3
/** The features have no zeros to wait for: smaller steps. */
const featureRate = 0.15
/** On weights of grams that occur, at each of their steps. */
const gramShrinkage = 3e-4
const featureShrinkage = 1e-5

/**
 * Logistic regression by AdaGrad (Duchi, Hazan and Singer 2011), one example a step, in an order drawn anew in each
 * epoch. The settings were chosen on the training turns in five folds. The same examples and random stream give the same
 * numbers.
 */
export function fitLinear(examples: readonly Example[], random: Random): LinearModel {
  const columns = examples[0]?.features[0]?.length ?? 0
  const gramWeights = new Float32Array(gramPlaces)
  const gramSquares = new Float32Array(gramPlaces).fill(1e-6)
  const featureWeights = new Float32Array(columns)
  const featureSquares = new Float32Array(columns).fill(1e-3)
  let bias = 0
  let biasSquares = 1e-3
  const order = examples.map((_, index) => index)
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (const index of order) {
      const { label, weight, places, features } = examples[index]!
      const row = features[epoch % features.length]!
      const share = 1 / Math.sqrt(Math.max(1, places.length))
      const error = weight * (sigmoid(logOdds({ gramWeights, featureWeights, bias }, places, row)) - label)
      for (const place of places) {
        const gradient = error * share + gramShrinkage * gramWeights[place]!
        gramSquares[place]! += gradient * gradient
        gramWeights[place]! -= (rate * gradient) / Math.sqrt(gramSquares[place]!)
      }
      for (let column = 0; column < columns; column++) {
        const gradient = error * row[column]! + featureShrinkage * featureWeights[column]!
        featureSquares[column]! += gradient * gradient
        featureWeights[column]! -= (featureRate * gradient) / Math.sqrt(featureSquares[column]!)
      }
      biasSquares += error * error
      bias -= (rate * error) / Math.sqrt(biasSquares)
    }
  }
  return { gramWeights, featureWeights, bias }
}

export function logOdds(
  { gramWeights, featureWeights, bias }: LinearModel,
  places: Int32Array,
  row: Float32Array,
): number {
  let sum = 0
  for (const place of places) sum += gramWeights[place]!
  return bias + sum / Math.sqrt(Math.max(1, places.length)) + dot(featureWeights, row)
}

import { shuffle } from '../../../src/base/math/draw.ts'
import { dot } from '../../../src/base/math/linear/vectors.ts'
import type { Random } from '../../../src/base/math/random.ts'
import { sigmoid } from '../../../src/base/math/sigmoid.ts'
import { gramBuckets } from '../../../src/routing/embedding/builtin/asked/grams.ts'
import type { Example } from './examples.ts'

export type LabelledExample = { readonly example: Example; readonly label: 0 | 1; readonly weight: number }

/** A log-odds: w·vector + Σ grams / √(number of grams) + bias. */
export type LinearModel = {
  /** [gramBuckets] */
  readonly gramWeights: Float32Array
  readonly vectorWeights: Float32Array
  readonly bias: number
}

export type LinearFitOptions = { readonly epochs?: number }

const rate = 0.3
/** The vectors have no zeros to wait for: smaller steps. */
const vectorRate = 0.15
/** On weights of grams that occur, at each of their steps. */
const gramShrinkage = 3e-4
const vectorShrinkage = 1e-5

/**
 * Logistic regression by AdaGrad (Duchi, Hazan and Singer 2011), one example a step, in an order drawn anew in each
 * epoch. The settings were chosen on the corpus in five folds. The same examples and random stream give the same numbers.
 */
export function fitLinear(
  rows: readonly LabelledExample[],
  random: Random,
  { epochs = 6 }: LinearFitOptions = {},
): LinearModel {
  const dimensions = rows[0]?.example.vector.length ?? 0
  const gramWeights = new Float32Array(gramBuckets)
  const gramSquares = new Float32Array(gramBuckets).fill(1e-6)
  const vectorWeights = new Float32Array(dimensions)
  const vectorSquares = new Float32Array(dimensions).fill(1e-3)
  let bias = 0
  let biasSquares = 1e-3
  const order = rows.map((_, index) => index)
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random)
    for (const index of order) {
      const { example, label, weight } = rows[index]!
      const { vector, places } = example
      const share = 1 / Math.sqrt(Math.max(1, places.length))
      const error = weight * (sigmoid(logOdds({ gramWeights, vectorWeights, bias }, example)) - label)
      for (const place of places) {
        const gradient = error * share + gramShrinkage * gramWeights[place]!
        gramSquares[place]! += gradient * gradient
        gramWeights[place]! -= (rate * gradient) / Math.sqrt(gramSquares[place]!)
      }
      for (let column = 0; column < dimensions; column++) {
        const gradient = error * vector[column]! + vectorShrinkage * vectorWeights[column]!
        vectorSquares[column]! += gradient * gradient
        vectorWeights[column]! -= (vectorRate * gradient) / Math.sqrt(vectorSquares[column]!)
      }
      biasSquares += error * error
      bias -= (rate * error) / Math.sqrt(biasSquares)
    }
  }
  return { gramWeights, vectorWeights, bias }
}

export function logOdds(
  { gramWeights, vectorWeights, bias }: LinearModel,
  { vector, places }: Example,
): number {
  let sum = 0
  for (const place of places) sum += gramWeights[place]!
  return bias + sum / Math.sqrt(Math.max(1, places.length)) + dot(vectorWeights, vector)
}

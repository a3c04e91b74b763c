import { createRandom } from '../../src/base/math/random.ts'
import { createTextMeasurer } from '../../src/base/text/structural-features.ts'
import { createDensePart } from '../../src/routing/embedding/builtin/dense-part.ts'
import { writeScaledFeatures } from '../../src/routing/embedding/builtin/embedder.ts'
import {
  type BuiltinEmbedderParameters,
  featureNames,
} from '../../src/routing/embedding/builtin/parameters.ts'
import { trainWordVectors, type WordVectorOptions } from './word-vectors.ts'

/** Chosen on held-out permitted prompts by nearest neighbours of the same data set and category. */
export const defaultWordVectorOptions: WordVectorOptions = {
  dimensions: 96,
  minPrompts: 3,
  maxTokens: 24_000,
  buckets: 8192,
  whitening: 0.5,
}

/** A spread below this is noise of a feature that is almost never there; it would blow up the rest. */
const smallestDeviation = 0.02

/**
 * The built-in embedder's parameters from the texts of prompts: word vectors, then means and standard deviations of
 * the named features. The same prompts in the same order and the same seed give the same numbers.
 */
export function trainBuiltinEmbedder(
  prompts: readonly string[],
  seed: number,
  options: WordVectorOptions = defaultWordVectorOptions,
): BuiltinEmbedderParameters {
  const words = trainWordVectors(prompts, options, createRandom(seed))
  const count = featureNames.length
  const unscaled = {
    ...words,
    featureMeans: new Float32Array(count),
    featureDeviations: new Float32Array(count).fill(1),
  }
  const measure = createTextMeasurer()
  const addDensePart = createDensePart(unscaled)
  const scratch = new Float32Array(words.denseDimensions)
  const values = new Float64Array(count)
  const sums = new Float64Array(count)
  const squares = new Float64Array(count)
  for (const prompt of prompts) {
    const measured = measure(prompt)
    writeScaledFeatures(measured, addDensePart(prompt, measured, scratch, 0), values)
    for (let feature = 0; feature < count; feature++) {
      sums[feature]! += values[feature]!
      squares[feature]! += values[feature]! ** 2
    }
  }
  const means = sums.map((sum) => sum / prompts.length)
  const deviations = squares.map((square, feature) =>
    Math.max(Math.sqrt(Math.max(square / prompts.length - means[feature]! ** 2, 0)), smallestDeviation),
  )
  return {
    ...words,
    featureMeans: Float32Array.from(means),
    featureDeviations: Float32Array.from(deviations),
  }
}

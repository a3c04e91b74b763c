import { createTextMeasurer } from '../../src/base/text/structural-features.ts'
import { writeScaledFeatures } from '../../src/routing/embedding/builtin/embedder.ts'
import {
  type BuiltinEmbedderParameters,
  featureNames,
} from '../../src/routing/embedding/builtin/parameters.ts'
import { createWordLookup } from '../../src/routing/embedding/builtin/word-lookup.ts'
import { measureTokenRarities, type TokenRarityOptions } from './token-rarities.ts'

export const defaultTokenRarityOptions: TokenRarityOptions = { minPrompts: 3, maxTokens: 24_000 }

/** A spread below this is noise of a feature that is almost never there; it would blow up the rest. */
const smallestDeviation = 0.02

/**
 * The built-in embedder's parameters from the texts of prompts: the known words, then means and standard deviations of
 * the named features. The same prompts give the same numbers.
 */
export function trainBuiltinEmbedder(
  prompts: readonly string[],
  options: TokenRarityOptions = defaultTokenRarityOptions,
): BuiltinEmbedderParameters {
  const words = measureTokenRarities(prompts, options)
  const count = featureNames.length
  const measure = createTextMeasurer()
  const lookUpWords = createWordLookup(words)
  const values = new Float64Array(count)
  const sums = new Float64Array(count)
  const squares = new Float64Array(count)
  for (const prompt of prompts) {
    const measured = measure(prompt)
    writeScaledFeatures(measured, lookUpWords(measured), values)
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

import { sigmoid } from '../../../../base/math/sigmoid.ts'
import { createGramReader } from './grams.ts'
import { type AskedParameters, checkAskedParameters } from './parameters.ts'

/** Reads from a text what it asks for, whatever its length. */
export type DifficultyReader = {
  /**
   * How much what is asked needs the strong model: a log-odds that is 0 if the text says nothing, times a
   * weight that falls from 1 to 0 the more it is like an examination question (`gateOf`): those are left to the other
   * features.
   *
   * @param pieces the text's word pieces.
   * @param vector holds the text's vector from `offset` on.
   */
  difficultyOf(pieces: Int32Array, vector: Float32Array, offset: number): number
}

/** How sharply the opinion gives way to the other features as a text becomes an examination question. */
const gateSlope = 2
/** The log-odds at which it has half its weight: real prompts are less sure to be none than those it learned from. */
const gateMiddle = 2

/** The weight of the opinion, 0 to 1. @param examination log-odds that the text is an examination question. */
export function gateOf(examination: number): number {
  return sigmoid(gateSlope * (gateMiddle - examination))
}

/**
 * @param dimensions of the piece vectors.
 * @param pieceCount pieces of the vocabulary.
 * @throws RangeError if the parameters are of another shape.
 */
export function createDifficultyReader(
  parameters: AskedParameters,
  dimensions: number,
  pieceCount: number,
): DifficultyReader {
  checkAskedParameters(parameters, dimensions, pieceCount)
  const { gramWeights, gramScales, vectorWeights, biases } = parameters
  const readGrams = createGramReader(parameters.clusters)

  return {
    difficultyOf(pieces, vector, offset) {
      if (pieces.length === 0) return 0
      const { places, count } = readGrams(pieces)
      let strong = 0
      let exam = 0
      for (let gram = 0; gram < count; gram++) {
        const place = 2 * places[gram]!
        strong += gramWeights[place]!
        exam += gramWeights[place + 1]!
      }
      const share = 1 / Math.sqrt(count)
      strong = strong * gramScales[0]! * share + biases[0]!
      exam = exam * gramScales[1]! * share + biases[1]!
      for (let column = 0; column < dimensions; column++) {
        const value = vector[offset + column]!
        strong += vectorWeights[column]! * value
        exam += vectorWeights[dimensions + column]! * value
      }
      return strong * gateOf(exam)
    },
  }
}

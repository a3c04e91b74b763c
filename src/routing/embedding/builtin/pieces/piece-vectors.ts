import { join } from 'node:path'
import { measuredCharacters } from '../../../../base/text/text-scan.ts'
import { ArtifactError } from '../../../../errors.ts'
import { createRowSum } from './row-sum/row-sum.ts'
import type { PieceTable } from './table.ts'
import { pieceTableFileName, pieceTableRemedy, readPieceTable } from './table-file.ts'
import { createPieceTokenizer } from './tokenizer.ts'

/** Vectors of texts from the vectors of their word pieces: what a text is about, in twelve languages. */
export type PieceVectors = {
  readonly dimensions: number
  /** Pieces of the vocabulary. */
  readonly pieceCount: number
  /** The vector of a text: `dimensions` numbers of length 1, or zeros if no piece of the text says anything. */
  vectorOf(text: string): Float32Array
  /** One vector per text, in order. */
  vectorsOf(texts: readonly string[]): Float32Array[]
  /**
   * Writes the vector of a text to `target` from `offset` on, without allocating it.
   *
   * @returns the numbers of the text's pieces, in order. Valid until the next call.
   */
  write(text: string, target: Float32Array, offset: number): Int32Array
}

/**
 * What the published normalisation of XLM-RoBERTa's text reads as a space: the white space and the invisible marks
 * that NFKC leaves as they are.
 */
export const promptSpaces: readonly number[] = [
  0x09, 0x0a, 0x0c, 0x0d, 0x1680, 0x200b, 0x200c, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff, 0xfffd,
]

/** The vectors of the table in `folder`. Throws `ArtifactError` if it is missing, damaged or of another version. */
export async function loadPieceVectors(folder: string): Promise<PieceVectors> {
  const table = await readPieceTable(folder)
  try {
    return createPieceVectors(table)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new ArtifactError(
      'embedder-broken',
      `${join(folder, pieceTableFileName)} is not a usable table of word pieces: ${cause.message}. ${pieceTableRemedy}`,
      { cause },
    )
  }
}

const half = measuredCharacters / 2

/**
 * The vector of a text is s − m, scaled to length 1: s is the weighted sum of the vectors of its pieces, scaled to
 * length 1, and m the mean of s over prompts (after Arora, Liang and Ma 2017, "A simple but tough-to-beat baseline for
 * sentence embeddings", with the mean in place of the first singular vector). Of a text of more than
 * `measuredCharacters` code units the first and the last half of that many are read.
 *
 * @throws RangeError if the vocabulary of the table contradicts itself.
 */
export function createPieceVectors(table: PieceTable): PieceVectors {
  const { dimensions, meanPrompt } = table
  const tokenizer = createPieceTokenizer(table.vocabulary, { spaces: promptSpaces })
  const { sumRows } = createRowSum(table)
  const sums = new Float64Array(dimensions)

  function write(text: string, target: Float32Array, offset: number): Int32Array {
    const pieces = tokenizer.tokenize(bounded(text))
    sumRows(pieces, sums)
    const scale = inverseLength(sums)
    if (scale === 0) {
      target.fill(0, offset, offset + dimensions)
      return pieces
    }
    for (let column = 0; column < dimensions; column++) {
      sums[column] = sums[column]! * scale - meanPrompt[column]!
    }
    const unit = inverseLength(sums)
    for (let column = 0; column < dimensions; column++) target[offset + column] = sums[column]! * unit
    return pieces
  }

  function vectorOf(text: string): Float32Array {
    const vector = new Float32Array(dimensions)
    write(text, vector, 0)
    return vector
  }

  return {
    dimensions,
    pieceCount: table.vocabulary.scores.length,
    write,
    vectorOf,
    vectorsOf: (texts) => texts.map(vectorOf),
  }
}

function bounded(text: string): string {
  return text.length <= measuredCharacters ? text : `${text.slice(0, half)} ${text.slice(-half)}`
}

/** 0 for a vector of zeros. */
function inverseLength(vector: Float64Array): number {
  let squared = 0
  for (let column = 0; column < vector.length; column++) squared += vector[column]! * vector[column]!
  return squared > 0 ? 1 / Math.sqrt(squared) : 0
}

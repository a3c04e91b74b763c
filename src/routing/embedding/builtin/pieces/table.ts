import type { PieceVocabulary } from './vocabulary.ts'

/** Columns in one 32-bit word of `PieceTable.codes`. */
export const columnsPerWord = 8

/**
 * A vector for each piece of a vocabulary, in four bits a number: entry `c` of piece `i` is
 * `(code + 1/2) * factors[i] * columnScales[c]`, with codes from −8 to 7.
 */
export type PieceTable = {
  readonly vocabulary: PieceVocabulary
  /** A multiple of `columnsPerWord`. */
  readonly dimensions: number
  /** [pieces, dimensions / 8] the code of column `8 j + k` is in bits `4 k` to `4 k + 3` of word `j`. */
  readonly codes: Int32Array
  /** [pieces] length of the row before rounding, times the weight of the piece in a text; 0 for pieces that say nothing. */
  readonly factors: Float32Array
  /** [dimensions] */
  readonly columnScales: Float32Array
  /** [dimensions] the mean of the vectors of prompts, each of length 1. */
  readonly meanPrompt: Float32Array
}

/**
 * The sum of rows of a table, the inner loop of the piece vectors. Eight columns at a time: their sums stay in registers.
 *
 * @param pieces the rows.
 * @param sums [dimensions] is overwritten.
 */
export function sumRows(table: PieceTable, pieces: Int32Array, sums: Float64Array): void {
  const { codes, factors, columnScales, dimensions } = table
  const wordsPerRow = dimensions / columnsPerWord
  let total = 0
  for (let at = 0; at < pieces.length; at++) total += factors[pieces[at]!]!
  for (let word = 0; word < wordsPerRow; word++) {
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    let s4 = 0
    let s5 = 0
    let s6 = 0
    let s7 = 0
    for (let at = 0; at < pieces.length; at++) {
      const piece = pieces[at]!
      const factor = factors[piece]!
      const packed = codes[piece * wordsPerRow + word]!
      s0 += factor * ((packed << 28) >> 28)
      s1 += factor * ((packed << 24) >> 28)
      s2 += factor * ((packed << 20) >> 28)
      s3 += factor * ((packed << 16) >> 28)
      s4 += factor * ((packed << 12) >> 28)
      s5 += factor * ((packed << 8) >> 28)
      s6 += factor * ((packed << 4) >> 28)
      s7 += factor * (packed >> 28)
    }
    const column = word * columnsPerWord
    const half = total / 2
    sums[column] = (s0 + half) * columnScales[column]!
    sums[column + 1] = (s1 + half) * columnScales[column + 1]!
    sums[column + 2] = (s2 + half) * columnScales[column + 2]!
    sums[column + 3] = (s3 + half) * columnScales[column + 3]!
    sums[column + 4] = (s4 + half) * columnScales[column + 4]!
    sums[column + 5] = (s5 + half) * columnScales[column + 5]!
    sums[column + 6] = (s6 + half) * columnScales[column + 6]!
    sums[column + 7] = (s7 + half) * columnScales[column + 7]!
  }
}

import type { PieceVocabulary } from './vocabulary.ts'

/** Columns that share a code. */
export const columnsPerGroup = 4

/** Different codes of a group. */
export const codesPerGroup = 256

/**
 * A vector for each piece of a vocabulary, as product quantisation stores it (Jégou, Douze and Schmid 2011): each four
 * columns in a row are one of the 256 entries of their codebook, so that a row takes `dimensions / 4` bytes.
 */
export type PieceTable = {
  readonly vocabulary: PieceVocabulary
  /** A multiple of twice `columnsPerGroup`. */
  readonly dimensions: number
  /** [pieces, dimensions / 4] */
  readonly codes: Uint8Array
  /** [dimensions / 4, 256, 4] */
  readonly codebooks: Float32Array
  /** [pieces] length of the row, times the weight of the piece in a text; 0 for pieces that say nothing. */
  readonly factors: Float32Array
  /** [dimensions] the mean of the vectors of prompts, each of length 1. */
  readonly meanPrompt: Float32Array
}

/** Sums rows of a table. */
export type RowSum = {
  /** Writes Σ row to `sums`, [dimensions]. @param pieces the rows. */
  sumRows(pieces: Int32Array, sums: Float64Array): void
}

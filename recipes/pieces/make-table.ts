import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRandom } from '../../src/base/math/random.ts'
import {
  createPieceVectors,
  type PieceVectors,
  promptSpaces,
} from '../../src/routing/embedding/builtin/pieces/piece-vectors.ts'
import type { PieceTable } from '../../src/routing/embedding/builtin/pieces/table.ts'
import {
  encodePieceTable,
  pieceTableFileName,
} from '../../src/routing/embedding/builtin/pieces/table-file.ts'
import { createPieceTokenizer } from '../../src/routing/embedding/builtin/pieces/tokenizer.ts'
import {
  encodeVocabulary,
  listPieces,
  type PieceVocabulary,
  specialPieces,
} from '../../src/routing/embedding/builtin/pieces/vocabulary.ts'
import { type PieceModel, readPieceModel, readPrompts } from './inputs.ts'
import { meanRow, projectRows } from './principal-axes.ts'
import { quantise } from './quantise.ts'
import { tableCard } from './table-card.ts'

export type MakeTableOptions = {
  /** Folder of `tokenizer.json` and `model.safetensors`. */
  readonly model: string
  /** Folder of the prompts that frequencies are counted on. */
  readonly data: string
  /** Folder to write `pieces.safetensors` and its card to. */
  readonly output: string
  readonly onStage?: (stage: string) => void
}

export const dimensions = 128

/** Of the random numbers that codebooks start from: of 1 to 3 the best on the everyday corpus (docs/decisions/0021). */
const seed = 2

/** The weight of a piece is a / (a + p), with p its share of the pieces of the prompts. */
export const smoothing = 0.001

/** Makes the table of word pieces that ships. The same inputs give the same bytes. */
export async function makeTable(options: MakeTableOptions): Promise<void> {
  const { model, data, output, onStage = () => {} } = options
  onStage('reading the model and the prompts')
  const pieceModel = await readPieceModel(model)
  const prompts = await readPrompts(data)
  onStage(`making the vectors of ${pieceModel.pieces.length} pieces from ${prompts.length} prompts`)
  const table = pieceTable(pieceModel, prompts)
  const bytes = encodePieceTable(table)
  await writeFile(join(output, pieceTableFileName), bytes)
  await writeFile(join(output, 'PIECES_CARD.md'), tableCard(table, prompts.length, bytes))
}

/** The table of a model's pieces: frequencies, principal axes, codebooks, and the mean prompt. */
export function pieceTable({ pieces, rows, width }: PieceModel, prompts: readonly string[]): PieceTable {
  const { vocabulary, order } = encodeVocabulary(pieces)
  const sorted = new Float32Array(rows.length)
  order.forEach((from, to) => {
    sorted.set(rows.subarray(from * width, (from + 1) * width), to * width)
  })
  const frequencies = countPieces(vocabulary, prompts)
  const projected = projectRows(sorted, meanRow(sorted, width), frequencies, dimensions)
  const table = {
    vocabulary,
    dimensions,
    ...quantise(
      projected,
      dimensions,
      frequencies,
      pieceWeights(vocabulary, frequencies),
      createRandom(seed),
    ),
  }
  const noMean = { ...table, meanPrompt: new Float32Array(dimensions) }
  return { ...table, meanPrompt: meanVector(createPieceVectors(noMean), prompts) }
}

/** The share of each piece among all pieces of the prompts. */
function countPieces(vocabulary: PieceVocabulary, prompts: readonly string[]): Float64Array {
  const tokenizer = createPieceTokenizer(vocabulary, { spaces: promptSpaces })
  const counts = new Float64Array(vocabulary.scores.length)
  let total = 0
  for (const prompt of prompts) {
    const found = tokenizer.tokenize(prompt)
    for (const piece of found) counts[piece]!++
    total += found.length
  }
  return counts.map((count) => count / total)
}

/** 0 for the pieces that stand for no text. */
function pieceWeights(vocabulary: PieceVocabulary, frequencies: Float64Array): Float64Array {
  const weights = frequencies.map((frequency) => smoothing / (smoothing + frequency))
  listPieces(vocabulary).forEach((piece, index) => {
    if (specialPieces.includes(piece)) weights[index] = 0
  })
  return weights
}

function meanVector(vectors: PieceVectors, prompts: readonly string[]): Float32Array {
  const sums = new Float64Array(vectors.dimensions)
  for (const prompt of prompts) {
    const vector = vectors.vectorOf(prompt)
    for (let column = 0; column < sums.length; column++) sums[column]! += vector[column]!
  }
  return Float32Array.from(sums, (sum) => sum / prompts.length)
}

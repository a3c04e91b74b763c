import { createGramReader } from '../../../src/routing/embedding/builtin/asked/grams.ts'
import type { PieceVectors } from '../../../src/routing/embedding/builtin/pieces/piece-vectors.ts'

/** What the weights of `asked.safetensors` read of a prompt. */
export type Example = {
  /** [dimensions] of the piece vectors. */
  readonly vector: Float32Array
  /** Distinct places in the table of grams. */
  readonly places: Int32Array
}

/** A function that reads a prompt. @param clusters [pieces] */
export function createExampleReader(
  vectors: PieceVectors,
  clusters: Uint8Array,
): (prompt: string) => Example {
  const readGrams = createGramReader(clusters)
  return (prompt) => {
    const vector = new Float32Array(vectors.dimensions)
    const { places, count } = readGrams(vectors.write(prompt, vector, 0))
    return { vector, places: places.slice(0, count) }
  }
}

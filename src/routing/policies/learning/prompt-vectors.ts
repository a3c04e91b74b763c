/** Vectors of prompts by the built-in embedder, for policies that learn from them. */
export type PromptVectors = {
  /** Names the vector space, as `Embedder.id`. */
  readonly id: string
  readonly dimensions: number
  /** The first so many dimensions are measurements with a name; the others are the meaning, of length 1. */
  readonly named: number
  /** The vector of a text. The next call overwrites it. */
  read(text: string): Float32Array
}

/** Turns texts into vectors. */
export type Embedder = {
  /**
   * Names the vector space: `builtin@2`, `openai-compatible:text-embedding-3-small`. An artifact records the id
   * of the embedder it was trained on; two embedders with one id must return the same vectors.
   */
  readonly id: string
  readonly dimensions: number
  /**
   * One vector of `dimensions` numbers per text, in order.
   * Throws `EmbeddingError` if the vectors cannot be computed or fetched, and `signal.reason` after `signal` aborts.
   */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>
}

/**
 * Whether two ids name one vector space. Ids of local encoders end with a hash of their files (`@sha256-…`); the place
 * of the files does not matter.
 */
export function sameVectorSpace(id: string, other: string): boolean {
  const content = (text: string) => /@sha256-[0-9a-f]{16}(#.*)?$/.exec(text)?.[0] ?? text
  return id === other || content(id) === content(other)
}

/** Computes in this thread without waiting for anything, in well under a millisecond. */
export type LocalEmbedder = Embedder & {
  /**
   * The same vector as `embed` returns.
   *
   * @param target an array of `dimensions` numbers that the caller no longer needs; an embedder may write the vector
   *   into it and return it. Default: a new array, which the caller owns.
   */
  embedNow(text: string, target?: Float32Array): Float32Array
}

/** Holds threads and memory until it is closed; embedding afterwards fails. */
export type ClosableEmbedder = Embedder & {
  close(): Promise<void>
}

/** The name of a feature that is the same for every text: the place of a linear router's bias, and no reason. */
export const constantFeature = 'constant'

/** Knows what some of its dimensions mean. */
export type NamedFeatureEmbedder = Embedder & {
  /** Names of dimensions 0 … n − 1, in words a person knows; the dimensions from n on have no names. */
  readonly featureNames: readonly string[]
  /** The raw measurement of each named dimension, in its unit (characters, sentences, …). */
  featureValues(text: string): readonly number[]
}

export function isLocalEmbedder(embedder: Embedder): embedder is LocalEmbedder {
  return 'embedNow' in embedder
}

export function isClosableEmbedder(embedder: Embedder): embedder is ClosableEmbedder {
  return 'close' in embedder
}

export function isNamedFeatureEmbedder(embedder: Embedder): embedder is NamedFeatureEmbedder {
  return 'featureNames' in embedder
}

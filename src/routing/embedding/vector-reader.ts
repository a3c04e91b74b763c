import { RouteLLMError } from '../../errors.ts'
import { isLocalEmbedder, isNamedFeatureEmbedder } from './embedder.ts'
import type { EmbedderOptions } from './embedder-kind.ts'
import { loadEmbedder } from './registry.ts'

/** Vectors of the built-in embedder. */
export type VectorReader = {
  /** The embedder's id. */
  readonly id: string
  readonly dimensions: number
  /** The first so many dimensions are named measurements. */
  readonly named: number
  /** The vector of a text. The next call overwrites it. */
  read(text: string): Float32Array
}

/**
 * Shares its embedder with what loads with the same `options.shared`: the vector of a text that a router has just read is not
 * computed again. Undefined if the files of the embedder cannot be used, of which the reader of the kind of work warns.
 */
export async function findVectorReader(options: EmbedderOptions): Promise<VectorReader | undefined> {
  try {
    const embedder = await loadEmbedder('builtin', options)
    if (!isLocalEmbedder(embedder) || !isNamedFeatureEmbedder(embedder)) return undefined
    const { id, dimensions } = embedder
    const vector = new Float32Array(dimensions)
    return {
      id,
      dimensions,
      named: embedder.featureNames.length,
      read: (text) => embedder.embedNow(text, vector),
    }
  } catch (error) {
    if (error instanceof RouteLLMError) return undefined
    throw error
  }
}

import { RouteLLMError } from '../../errors.ts'
import { isLocalEmbedder } from './embedder.ts'
import type { EmbedderOptions } from './embedder-kind.ts'
import { loadEmbedder } from './registry.ts'

/** The vector of a text by the built-in embedder. The next call overwrites it. */
export type VectorReader = (text: string) => Float32Array

/**
 * Shares its embedder with what loads with the same `options.shared`: the vector of a text that a router has just read is not
 * computed again. Undefined if the files of the embedder cannot be used, of which the reader of the kind of work warns.
 */
export async function findVectorReader(options: EmbedderOptions): Promise<VectorReader | undefined> {
  try {
    const embedder = await loadEmbedder('builtin', options)
    if (!isLocalEmbedder(embedder)) return undefined
    const vector = new Float32Array(embedder.dimensions)
    return (text) => embedder.embedNow(text, vector)
  } catch (error) {
    if (error instanceof RouteLLMError) return undefined
    throw error
  }
}

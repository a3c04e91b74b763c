import { EmbeddingError } from '../../../errors.ts'
import { type Embedder, isLocalEmbedder } from '../../embedding/embedder.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'

/**
 * A function of a prompt that computes with its text and, if there is a further embedder, its vector by that one. It returns
 * at once without a further embedder and with a local one.
 */
export function whenEmbedded<T>(
  other: Embedder | undefined,
  compute: (text: string, vector?: Float32Array) => T,
): (prompt: RoutedPrompt, signal?: AbortSignal) => T | Promise<T> {
  return ({ text }, signal) => {
    if (other === undefined) return compute(text)
    if (isLocalEmbedder(other)) return compute(text, other.embedNow(text))
    return embedAll(other, [text], signal).then(([vector]) => compute(text, vector))
  }
}

/** @throws EmbeddingError `embedding-count` if the embedder does not give one vector per text. */
export async function embedAll(
  embedder: Embedder,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors = await embedder.embed(texts, signal)
  if (vectors.length === texts.length) return vectors
  throw new EmbeddingError(
    'embedding-count',
    `${embedder.id} gave ${vectors.length} vectors for ${texts.length} texts. The embedder is broken: one vector per text is its contract.`,
  )
}

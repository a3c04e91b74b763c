import { hearAbort } from '../../base/concurrency/run-steps.ts'
import { EmbeddingError, InvalidRequestError } from '../../errors.ts'
import type { Embedder } from '../../routing/embedding/embedder.ts'
import type { CollectedComparisons } from './collect-comparisons.ts'

/** All vectors side by side, [vectors, dimensions], and the id of the space that they live in. */
export type EmbeddedPrompts = {
  readonly embedderId: string
  readonly dimensions: number
  readonly embeddings: Float32Array
}

export type EmbedHooks = {
  readonly onEmbedded?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

const textsPerCall = 256

/**
 * The embeddings of the rows (their space is called `external`), else the embedder's.
 *
 * Throws `InvalidRequestError` (`embedder-needed`) if there is neither, `EmbeddingError` if the embedder fails.
 */
export async function embedPrompts(
  { givenEmbeddings, prompts }: CollectedComparisons,
  embedder: Embedder | undefined,
  hooks: EmbedHooks,
): Promise<EmbeddedPrompts> {
  if (givenEmbeddings !== null) {
    const dimensions = givenEmbeddings[0]!.length
    return { embedderId: 'external', dimensions, embeddings: sideBySide(givenEmbeddings, dimensions) }
  }
  if (embedder === undefined) {
    throw new InvalidRequestError(
      'embedder-needed',
      'The rows bring no embeddings, so an embedder is needed: give embedder (--embedder builtin).',
      { param: 'embedder' },
    )
  }
  const embeddings = await embedTexts(prompts, embedder, hooks)
  return { embedderId: embedder.id, dimensions: embedder.dimensions, embeddings }
}

/** The vectors of the texts in one array, [texts, dimensions]. Throws `EmbeddingError` if the embedder fails. */
export async function embedTexts(
  texts: readonly string[],
  embedder: Embedder,
  hooks: EmbedHooks,
): Promise<Float32Array> {
  const { dimensions } = embedder
  const embeddings = new Float32Array(texts.length * dimensions)
  for (let begin = 0; begin < texts.length; begin += textsPerCall) {
    hooks.signal?.throwIfAborted()
    const some = texts.slice(begin, begin + textsPerCall)
    const vectors = await embedder.embed(some, hooks.signal)
    checkVectors(vectors, some.length, embedder)
    for (const [index, vector] of vectors.entries()) embeddings.set(vector, (begin + index) * dimensions)
    hooks.onEmbedded?.(begin + some.length, texts.length)
    // A local embedder waits for nothing, and the progress bar needs its turn too.
    await hearAbort(hooks.signal)
  }
  return embeddings
}

function sideBySide(vectors: readonly Float32Array[], dimensions: number): Float32Array {
  const together = new Float32Array(vectors.length * dimensions)
  for (const [index, vector] of vectors.entries()) together.set(vector, index * dimensions)
  return together
}

function checkVectors(vectors: readonly Float32Array[], texts: number, embedder: Embedder): void {
  const odd = vectors.find(
    (vector) => vector.length !== embedder.dimensions || !vector.every((value) => Number.isFinite(value)),
  )
  if (vectors.length === texts && odd === undefined) return
  const what =
    odd === undefined
      ? `gave ${vectors.length} vectors for ${texts} texts`
      : `gave a vector of ${odd.length} numbers, not ${embedder.dimensions} finite ones`
  throw new EmbeddingError(
    'broken-embedder',
    `The embedder ${embedder.id} ${what}. Check its model and dimensions.`,
  )
}

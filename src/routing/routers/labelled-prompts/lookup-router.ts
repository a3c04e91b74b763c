import type { Scan, SimilarityIndex } from '../../../base/math/similarity/similarity-index.ts'
import { EmbeddingError } from '../../../errors.ts'
import { type Embedder, isClosableEmbedder, isLocalEmbedder } from '../../embedding/embedder.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { Explanation } from '../explanation.ts'
import type {
  BatchRouter,
  CalibratedRouter,
  ClosableRouter,
  EmbeddingRouter,
  ExplainingRouter,
} from '../router.ts'

/** A router that compares a prompt with labelled ones. Holds memory, and may hold a thread, until it is closed. */
export type LookupRouter = BatchRouter &
  EmbeddingRouter &
  ExplainingRouter &
  /** Closing ends its thread; prompts still waiting are rejected with `RouterError` `router-closed`. */
  ClosableRouter &
  Partial<Pick<CalibratedRouter, 'winRateQuantiles'>>

/** A router's use of the similarities. Both are called with the same scan for the same prompt. */
export type Lookup = {
  strongWinRate(scan: Scan): number
  explain(scan: Scan): Explanation
}

/** A lookup and the index that it reads. */
export type IndexedLookup = { readonly index: SimilarityIndex; readonly lookup: Lookup }

export type LookupRouterOptions = IndexedLookup & {
  readonly name: string
  readonly embedder: Embedder
  readonly winRateQuantiles?: readonly number[]
}

/** Prompts embedded at a time. */
const batchSize = 64
/** One runs and one waits: the thread is never idle, and the queue stays open to others. */
const scansAtOnce = 2
/** Small scans in a row before the event loop gets its turn: together about a millisecond. */
const scansPerTurn = 4

/**
 * The capabilities that all such routers share. With a `LocalEmbedder` and a small index (see `SimilarityIndex`)
 * a win rate is a number; else it is a promise, and the scan runs in a separate thread.
 *
 * @throws EmbeddingError `embedding-dimensions` if the embedder's vectors do not have the length that the index needs.
 */
export function createLookupRouter(options: LookupRouterOptions): LookupRouter {
  const { name, embedder, index, lookup, winRateQuantiles } = options
  if (embedder.dimensions !== index.dimensions)
    throw new EmbeddingError(
      'embedding-dimensions',
      `Router ${name} needs embeddings of ${index.dimensions} numbers, and ${embedder.id} gives ${embedder.dimensions}. Choose the embedder that it was trained on with --embedder.`,
      { param: '--embedder' },
    )
  const look = <T>(
    prompt: RoutedPrompt,
    read: (scan: Scan) => T,
    signal: AbortSignal | undefined,
  ): T | Promise<T> => {
    if (isLocalEmbedder(embedder) && index.small) return index.scanNow(embedder.embedNow(prompt.text), read)
    return lookLater([prompt], read, signal).then(([result]) => result!)
  }
  const lookLater = async <T>(
    prompts: readonly RoutedPrompt[],
    read: (scan: Scan) => T,
    signal: AbortSignal | undefined,
  ): Promise<T[]> => {
    signal?.throwIfAborted()
    const vectors = await embedAll(embedder, prompts, signal)
    const results: T[] = []
    if (!index.small) {
      for (let begin = 0; begin < vectors.length; begin += scansAtOnce) {
        const scans = vectors
          .slice(begin, begin + scansAtOnce)
          .map((vector) => index.scan(vector, read, signal))
        results.push(...(await Promise.all(scans)))
      }
      return results
    }
    for (const [place, vector] of vectors.entries()) {
      if (place % scansPerTurn === scansPerTurn - 1) await nextTurn()
      signal?.throwIfAborted()
      results.push(index.scanNow(vector, read))
    }
    return results
  }
  return {
    name,
    embedderId: embedder.id,
    dimensions: index.dimensions,
    strongWinRate: (prompt, signal) => look(prompt, lookup.strongWinRate, signal),
    async strongWinRates(prompts, signal) {
      signal?.throwIfAborted()
      const winRates = new Float64Array(prompts.length)
      for (let begin = 0; begin < prompts.length; begin += batchSize)
        winRates.set(
          await lookLater(prompts.slice(begin, begin + batchSize), lookup.strongWinRate, signal),
          begin,
        )
      return winRates
    },
    strongWinRateOfEmbedding: (embedding) => index.scanNow(embedding, lookup.strongWinRate),
    explain: (prompt, signal) => look(prompt, lookup.explain, signal),
    async close() {
      await index.close()
      if (isClosableEmbedder(embedder)) await embedder.close()
    },
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  }
}

async function embedAll(
  embedder: Embedder,
  prompts: readonly RoutedPrompt[],
  signal: AbortSignal | undefined,
): Promise<readonly Float32Array[]> {
  if (isLocalEmbedder(embedder)) return prompts.map(({ text }) => embedder.embedNow(text))
  const texts = prompts.map(({ text }) => text)
  const vectors = await embedder.embed(texts, signal)
  if (vectors.length === texts.length) return vectors
  throw new EmbeddingError(
    'embedding-count',
    `${embedder.id} gave ${vectors.length} vectors for ${texts.length} texts. The embedder is broken: one vector per text is its contract.`,
  )
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

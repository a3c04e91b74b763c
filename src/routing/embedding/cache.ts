import { hash } from 'node:crypto'
import QuickLRU from 'quick-lru'
import { EmbeddingError } from '../../errors.ts'
import { type Embedder, isLocalEmbedder } from './embedder.ts'

export type EmbeddingCacheOptions = {
  /** Vectors kept at most; 2,048 by default (12 MB at 1,536 dimensions). At least 1. */
  readonly maxEntries?: number
}

/** A text up to this length is its own key. The key of a longer one is its SHA-256, so that keys stay small. */
const longestPlainKey = 256
/** A longer text is not cached: hashing it would block the event loop, and it rarely repeats. */
const longestCachedText = 32_768

/**
 * Puts a bounded memory in front of an embedder, by embedder id and text: the least recently used vectors go first.
 *
 * A text that is requested while it is being embedded waits for the same result, which is aborted only if all waiting
 * callers have aborted. Failures are never cached. What the embedder can do beyond `Embedder` stays, and callers own
 * the vectors they get.
 */
export function withEmbeddingCache<E extends Embedder>(embedder: E, options: EmbeddingCacheOptions = {}): E {
  const vectors = createVectorStore(embedder.id, options.maxEntries ?? 2048)
  const flights = new Map<string, Seat>()
  const cached = {
    embed: async (texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]> => {
      signal?.throwIfAborted()
      const seats = new Map<string, Seat>()
      const found = new Map<string, Float32Array>()
      const missing = new Map<string, string>()
      const keys = texts.map(vectors.keyOf)
      for (const [index, key] of keys.entries()) {
        const vector = vectors.get(key)
        const seat = flights.get(key)
        if (vector !== undefined) found.set(key, vector)
        else if (seat !== undefined) seats.set(key, seat)
        else missing.set(key, texts[index] ?? '')
      }
      if (missing.size > 0) {
        const flight = depart(embedder, missing, flights, vectors)
        for (const [index, key] of [...missing.keys()].entries()) seats.set(key, { flight, index })
      }
      await board(seats, found, signal)
      return keys.map((key) => Float32Array.from(found.get(key) ?? []))
    },
  }
  if (!isLocalEmbedder(embedder)) return { ...embedder, ...cached }
  const embedNow = (text: string): Float32Array => {
    const key = vectors.keyOf(text)
    const known = vectors.get(key)
    if (known !== undefined) return Float32Array.from(known)
    const vector = embedder.embedNow(text)
    vectors.keep(key, text, Float32Array.from(vector))
    return vector
  }
  return { ...embedder, ...cached, embedNow }
}

type VectorStore = {
  keyOf(text: string): string
  get(key: string): Float32Array | undefined
  keep(key: string, text: string, vector: Float32Array): void
}

function createVectorStore(embedderId: string, maxEntries: number): VectorStore {
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw new EmbeddingError(
      'bad-cache-size',
      `An embedding cache of ${maxEntries} entries is not possible. Give a whole number from 1.`,
      { param: 'maxEntries' },
    )
  // quick-lru keeps up to twice its `maxSize`.
  const entries = new QuickLRU<string, Float32Array>({ maxSize: Math.max(1, Math.floor(maxEntries / 2)) })
  return {
    keyOf: (text) =>
      text.length <= longestPlainKey || text.length > longestCachedText
        ? `${embedderId} ${text}`
        : `${embedderId}#${hash('sha256', text, 'base64url')}`,
    get: (key) => entries.get(key),
    keep: (key, text, vector) => {
      if (text.length <= longestCachedText) entries.set(key, vector)
    },
  }
}

/** One call of the embedder that any number of callers wait for. */
type Flight = {
  readonly vectors: Promise<readonly Float32Array[]>
  readonly abort: AbortController
  waiting: number
  /** No more callers may join: it has ended, or everyone gave up. */
  close(): void
}

/** Which vector of a flight a text gets. */
type Seat = { readonly flight: Flight; readonly index: number }

function depart(
  embedder: Embedder,
  texts: ReadonlyMap<string, string>,
  flights: Map<string, Seat>,
  store: VectorStore,
): Flight {
  const abort = new AbortController()
  const keys = [...texts.keys()]
  const land = async (): Promise<readonly Float32Array[]> => {
    const vectors = await embedder.embed([...texts.values()], abort.signal)
    for (const [index, [key, text]] of [...texts].entries()) {
      const vector = vectors[index]
      if (vector === undefined)
        throw new EmbeddingError(
          'embedding-count',
          `${embedder.id} gave ${vectors.length} vectors for ${texts.size} texts; one per text is its contract.`,
        )
      store.keep(key, text, vector)
    }
    return vectors
  }
  const flight: Flight = {
    abort,
    waiting: 0,
    close: () => {
      for (const key of keys) if (flights.get(key)?.flight === flight) flights.delete(key)
    },
    vectors: land(),
  }
  for (const [index, key] of keys.entries()) flights.set(key, { flight, index })
  return flight
}

/** Waits for the seats' flights, or for the caller's own abort, and puts their vectors into `found`. */
async function board(
  seats: ReadonlyMap<string, Seat>,
  found: Map<string, Float32Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const flights = new Set([...seats.values()].map(({ flight }) => flight))
  for (const flight of flights) flight.waiting++
  try {
    await untilAborted(Promise.all([...flights].map(({ vectors }) => vectors)), signal)
  } finally {
    for (const flight of flights) {
      flight.waiting--
      if (flight.waiting === 0) {
        flight.close()
        flight.abort.abort(signal?.reason)
      }
    }
  }
  for (const [key, { flight, index }] of seats) {
    const vector = (await flight.vectors)[index]
    if (vector !== undefined) found.set(key, vector)
  }
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason)
    signal.addEventListener('abort', give, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give))
  })
}

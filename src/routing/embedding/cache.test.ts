import { describe, expect, it } from 'vitest'
import { withEmbeddingCache } from './cache.ts'
import { type Embedder, isLocalEmbedder, isNamedFeatureEmbedder } from './embedder.ts'

/** Records what it is asked for; answers when told to, or at once. */
function createRecordingEmbedder({ held = false } = {}) {
  const asked: (readonly string[])[] = []
  const signals: (AbortSignal | undefined)[] = []
  const releases: (() => void)[] = []
  let failure: Error | undefined
  const embedder: Embedder = {
    id: 'recording@1',
    dimensions: 2,
    embed: async (texts, signal) => {
      asked.push(texts)
      signals.push(signal)
      if (held)
        await new Promise<void>((resolve, reject) => {
          releases.push(resolve)
          signal?.addEventListener('abort', () => reject(signal.reason))
        })
      if (failure !== undefined) throw failure
      return texts.map(vectorOf)
    },
  }
  return {
    embedder,
    asked,
    signals,
    release: () => {
      for (const go of releases.splice(0)) go()
    },
    fail: (error: Error | undefined): void => {
      failure = error
    },
  }
}

const vectorOf = (text: string) => Float32Array.of(text.length, text.charCodeAt(0))
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('withEmbeddingCache', () => {
  it('asks for a text once, and within a call too', async () => {
    const { embedder, asked } = createRecordingEmbedder()
    const cached = withEmbeddingCache(embedder)
    expect(cached).toMatchObject({ id: 'recording@1', dimensions: 2 })
    expect(await cached.embed(['a', 'bb', 'a'])).toEqual(['a', 'bb', 'a'].map(vectorOf))
    expect(await cached.embed(['ccc', 'bb'])).toEqual(['ccc', 'bb'].map(vectorOf))
    expect(asked).toEqual([['a', 'bb'], ['ccc']])
  })

  it('gives every caller vectors of its own', async () => {
    const cached = withEmbeddingCache(createRecordingEmbedder().embedder)
    const [first, twin] = await cached.embed(['a', 'a'])
    first?.fill(9)
    expect(twin).toEqual(vectorOf('a'))
    expect(await cached.embed(['a'])).toEqual([vectorOf('a')])
  })

  it('knows long texts apart, however alike they begin', async () => {
    const cached = withEmbeddingCache(createRecordingEmbedder().embedder)
    const long = 'x'.repeat(5_000)
    expect(await cached.embed([long, `${long}y`, long])).toEqual([long, `${long}y`, long].map(vectorOf))
  })

  it('forgets the least recently used, and never holds more than it may', async () => {
    const { embedder, asked } = createRecordingEmbedder()
    const cached = withEmbeddingCache(embedder, { maxEntries: 4 })
    const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`)
    await cached.embed(texts)
    asked.length = 0
    await cached.embed(['text 99'])
    expect(asked).toEqual([])
    await cached.embed(texts)
    expect(asked[0]?.length).toBeGreaterThanOrEqual(96)
  })

  it('does not keep texts that are too long to hash in passing', async () => {
    const { embedder, asked } = createRecordingEmbedder()
    const cached = withEmbeddingCache(embedder)
    const huge = 'x'.repeat(40_000)
    await cached.embed([huge, huge])
    await cached.embed([huge])
    expect(asked.map((texts) => texts.length)).toEqual([1, 1])
  })

  it('does not keep failures', async () => {
    const { embedder, asked, fail } = createRecordingEmbedder()
    const cached = withEmbeddingCache(embedder)
    const failure = new Error('down')
    fail(failure)
    await expect(cached.embed(['a'])).rejects.toBe(failure)
    fail(undefined)
    expect(await cached.embed(['a'])).toEqual([vectorOf('a')])
    expect(asked).toEqual([['a'], ['a']])
  })

  it('takes an embedder that gives too few vectors for a failure', async () => {
    const broken: Embedder = { id: 'e', dimensions: 2, embed: async () => [vectorOf('a')] }
    const cached = withEmbeddingCache(broken)
    await expect(cached.embed(['a', 'b'])).rejects.toMatchObject({ code: 'embedding-count' })
  })

  it('lets callers of one text wait for one answer', async () => {
    const { embedder, asked, release } = createRecordingEmbedder({ held: true })
    const cached = withEmbeddingCache(embedder)
    const calls = [cached.embed(['a', 'b']), cached.embed(['b']), cached.embed(['b', 'c'])]
    await turn()
    expect(asked).toEqual([['a', 'b'], ['c']])
    release()
    expect(await Promise.all(calls)).toEqual([
      ['a', 'b'].map(vectorOf),
      ['b'].map(vectorOf),
      ['b', 'c'].map(vectorOf),
    ])
  })

  it('tells all who wait of a failure, and asks again afterwards', async () => {
    const { embedder, asked, release, fail } = createRecordingEmbedder({ held: true })
    const cached = withEmbeddingCache(embedder)
    const failure = new Error('down')
    fail(failure)
    const calls = [cached.embed(['a']), cached.embed(['a'])]
    await turn()
    release()
    for (const call of calls) await expect(call).rejects.toBe(failure)
    fail(undefined)
    const again = cached.embed(['a'])
    await turn()
    release()
    expect(await again).toEqual([vectorOf('a')])
    expect(asked).toHaveLength(2)
  })

  it('lets one caller go without taking the answer from the others', async () => {
    const { embedder, signals, release } = createRecordingEmbedder({ held: true })
    const cached = withEmbeddingCache(embedder)
    const abort = new AbortController()
    const leaving = cached.embed(['a'], abort.signal)
    const staying = cached.embed(['a'])
    await turn()
    const reason = new Error('gone')
    abort.abort(reason)
    await expect(leaving).rejects.toBe(reason)
    expect(signals[0]?.aborted).toBe(false)
    release()
    expect(await staying).toEqual([vectorOf('a')])
  })

  it('gives up the request once everyone has gone, and starts anew for the next', async () => {
    const { embedder, asked, signals, release } = createRecordingEmbedder({ held: true })
    const cached = withEmbeddingCache(embedder)
    const aborts = [new AbortController(), new AbortController()]
    const calls = aborts.map(({ signal }) => cached.embed(['a'], signal))
    await turn()
    for (const abort of aborts) abort.abort(new Error('gone'))
    for (const call of calls) await expect(call).rejects.toThrow('gone')
    expect(signals[0]?.aborted).toBe(true)
    const next = cached.embed(['a'])
    await turn()
    release()
    expect(await next).toEqual([vectorOf('a')])
    expect(asked).toEqual([['a'], ['a']])
  })

  it('keeps what an embedder can do beyond embedding', async () => {
    const { embedder, asked } = createRecordingEmbedder()
    expect(isLocalEmbedder(withEmbeddingCache(embedder))).toBe(false)
    let computed = 0
    const local = {
      ...embedder,
      featureNames: ['length'] as readonly string[],
      featureValues: (text: string): readonly number[] => [text.length],
      embedNow: (text: string) => {
        computed++
        return vectorOf(text)
      },
    }
    const cached = withEmbeddingCache(local)
    expect(isNamedFeatureEmbedder(cached) && cached.featureValues('abc')).toEqual([3])
    const vector = cached.embedNow('a')
    vector.fill(9)
    expect(cached.embedNow('a')).toEqual(vectorOf('a'))
    expect(await cached.embed(['a'])).toEqual([vectorOf('a')])
    expect([computed, asked]).toEqual([1, []])
  })

  it.each([0, -1, 1.5, Number.NaN])('refuses %d entries', (maxEntries) => {
    expect(() => withEmbeddingCache(createRecordingEmbedder().embedder, { maxEntries })).toThrow(
      /whole number from 1/,
    )
  })
})

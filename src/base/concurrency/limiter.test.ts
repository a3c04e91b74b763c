import { describe, expect, it } from 'vitest'
import { createLimiter, mapConcurrently, mapInOrder } from './limiter.ts'

/** Work that ends when the test says so. */
function controlled() {
  const ends = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>()
  const signals: AbortSignal[] = []
  return {
    ends,
    signals,
    work: (item: number, signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        ends.set(item, { resolve, reject })
        signals.push(signal)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
}

const turns = async (count = 5) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('mapInOrder', () => {
  it('gives results in the order of the items, so many at a time', async () => {
    const { work, ends } = controlled()
    const results: string[] = []
    const reading = (async () => {
      for await (const result of mapInOrder([1, 2, 3, 4], 2, work)) results.push(result)
    })()
    await turns()
    expect([...ends.keys()]).toEqual([1, 2])
    ends.get(2)?.resolve('two')
    await turns()
    expect(results).toEqual([])
    ends.get(1)?.resolve('one')
    await turns()
    expect([...ends.keys()]).toEqual([1, 2, 3, 4].slice(0, ends.size))
    expect(results).toEqual(['one', 'two'].slice(0, results.length))
    for (const item of [3, 4]) {
      await turns()
      ends.get(item)?.resolve(String(item))
    }
    await reading
    expect(results).toEqual(['one', 'two', '3', '4'])
  })

  it('aborts the others if one fails, and waits for them', async () => {
    const { work, ends, signals } = controlled()
    const reading = (async () => {
      for await (const _ of mapInOrder([1, 2, 3], 3, work));
    })()
    const failed = expect(reading).rejects.toThrow('broken')
    await turns()
    ends.get(1)?.reject(new Error('broken'))
    await failed
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true])
  })

  it('aborts what is in work if the reader stops', async () => {
    const { work, ends, signals } = controlled()
    const generator = mapInOrder([1, 2, 3], 2, work)
    const first = generator.next()
    await turns()
    ends.get(1)?.resolve('one')
    expect(await first).toEqual({ done: false, value: 'one' })
    await generator.return(undefined)
    expect(signals.every((signal) => signal.aborted)).toBe(true)
  })

  it('ends with the reason of the caller’s signal', async () => {
    const { work } = controlled()
    const stop = new AbortController()
    const reading = mapInOrder([1, 2], 2, work, stop.signal).next()
    await turns()
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})

describe('createLimiter', () => {
  it('runs so many at a time, and the others in order, also after a failure', async () => {
    const { work, ends, signals } = controlled()
    const { signal } = new AbortController()
    const limiter = createLimiter(2)
    const all = [1, 2, 3, 4].map((item) => limiter.run(() => work(item, signal)))
    const settled = Promise.allSettled(all)
    await turns()
    expect([...ends.keys()]).toEqual([1, 2])
    ends.get(2)?.reject(new Error('broken'))
    await turns()
    expect([...ends.keys()]).toEqual([1, 2, 3])
    for (const item of [1, 3]) ends.get(item)?.resolve(String(item))
    await turns()
    ends.get(4)?.resolve('4')
    expect((await settled).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(signals).toHaveLength(4)
  })
})

describe('mapConcurrently', () => {
  it('gives all results in the order of the items, at most so many in work', async () => {
    const { work, ends } = controlled()
    const mapped = mapConcurrently([1, 2, 3], 2, work)
    await turns()
    expect([...ends.keys()]).toEqual([1, 2])
    ends.get(2)?.resolve('two')
    await turns()
    // Unlike mapInOrder it does not wait for the first before it begins the third.
    expect([...ends.keys()]).toEqual([1, 2, 3])
    ends.get(3)?.resolve('three')
    ends.get(1)?.resolve('one')
    expect(await mapped).toEqual(['one', 'two', 'three'])
    expect(await mapConcurrently([], 2, work)).toEqual([])
  })

  it('aborts the others at the first failure, begins no more, and rejects when all have ended', async () => {
    const { work, ends, signals } = controlled()
    const mapped = mapConcurrently([1, 2, 3], 2, work)
    await turns()
    ends.get(2)?.reject(new Error('broken'))
    await expect(mapped).rejects.toThrow('broken')
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true])
  })

  it('rejects with the reason of the caller’s signal', async () => {
    const { work } = controlled()
    const stop = new AbortController()
    const mapped = mapConcurrently([1, 2, 3], 2, work, stop.signal)
    stop.abort(new Error('enough'))
    await expect(mapped).rejects.toThrow('enough')
  })
})

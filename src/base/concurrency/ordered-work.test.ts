import { describe, expect, it } from 'vitest'
import { workInOrder } from './ordered-work.ts'

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

describe('workInOrder', () => {
  it('gives results in the order of the items, so many at a time', async () => {
    const { work, ends } = controlled()
    const results: string[] = []
    const reading = (async () => {
      for await (const result of workInOrder([1, 2, 3, 4], 2, work)) results.push(result)
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

  it('aborts the others where one fails, and waits for them', async () => {
    const { work, ends, signals } = controlled()
    const reading = (async () => {
      for await (const _ of workInOrder([1, 2, 3], 3, work));
    })()
    const failed = expect(reading).rejects.toThrow('broken')
    await turns()
    ends.get(1)?.reject(new Error('broken'))
    await failed
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true])
  })

  it('aborts what is in work where the reader stops', async () => {
    const { work, ends, signals } = controlled()
    const generator = workInOrder([1, 2, 3], 2, work)
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
    const reading = workInOrder([1, 2], 2, work, stop.signal).next()
    await turns()
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })
})

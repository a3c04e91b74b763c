import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue } from './fair-queue.ts'

type Entry = { readonly key: string | null; readonly bytes: number; readonly id: number }

let ids = 0
const entry = (key: string | null, bytes = 0): Entry => ({ key, bytes, id: ids++ })
const bounds = { maxEntries: 4, maxBytes: 100 }

describe('a fair queue', () => {
  it('is first in, first out for one key', () => {
    const queue = createFairQueue<Entry>()
    const entries = [entry('a'), entry('a'), entry('a')]
    for (const each of entries) expect(queue.push(each, bounds)).toEqual([])
    expect(queue.oldest()).toBe(entries[0])
    expect(entries.map(() => queue.shift())).toEqual(entries)
    expect(queue.shift()).toBeUndefined()
    expect(queue.oldest()).toBeUndefined()
  })

  it('takes turns between keys', () => {
    const queue = createFairQueue<Entry>()
    const [first, second, third, other] = [entry('a'), entry('a'), entry('a'), entry(null)]
    for (const each of [first, second, third, other]) queue.push(each, bounds)
    expect([queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([
      first,
      other,
      second,
      third,
    ])
  })

  it('gives the place of the newest entry of the largest key to a key that has less, and no more than that', () => {
    const queue = createFairQueue<Entry>()
    const ofOne = [entry('a'), entry('a'), entry('a'), entry('a')]
    for (const each of ofOne) queue.push(each, bounds)
    const own = entry('a')
    expect(queue.push(own, bounds)).toEqual([own])
    expect(queue.push(entry('b'), bounds)).toEqual([ofOne[3]])
    expect(queue.push(entry('b'), bounds)).toEqual([ofOne[2]])
    const third = entry('b')
    expect(queue.push(third, bounds)).toEqual([third])
    expect(queue.size).toBe(4)
  })

  it('counts bytes like places', () => {
    const queue = createFairQueue<Entry>()
    const big = entry('a', 90)
    queue.push(big, bounds)
    const bigger = entry('b', 101)
    expect(queue.push(bigger, bounds)).toEqual([bigger])
    expect(queue.push(entry('b', 20), bounds)).toEqual([big])
    expect(queue.push(entry('a', 20), bounds)).toEqual([])
  })

  it('displaces nothing if that does not make room', () => {
    const queue = createFairQueue<Entry>()
    const ofOne = Array.from({ length: 10 }, () => entry('a', 10))
    const roomy = { maxEntries: 20, maxBytes: 100 }
    for (const each of ofOne) queue.push(each, roomy)
    const large = entry('b', 60)
    expect(queue.push(large, roomy)).toEqual([large])
    expect(ofOne.map(() => queue.shift())).toEqual(ofOne)
  })

  it('property: is never over its bounds, and loses and reorders nothing of a key', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('push' as const),
        key: fc.constantFrom('a', 'b', null),
        bytes: fc.nat(70),
      }),
      fc.record({ kind: fc.constant('shift' as const) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(9) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = createFairQueue<Entry>()
        const present: Entry[] = []
        const drop = (gone: Entry | undefined) => {
          if (gone !== undefined) present.splice(present.indexOf(gone), 1)
        }
        for (const each of steps) {
          if (each.kind === 'push') {
            const added = entry(each.key, each.bytes)
            present.push(added)
            const displaced = queue.push(added, bounds)
            if (displaced.includes(added)) expect(displaced).toEqual([added])
            for (const gone of displaced) drop(gone)
          } else if (each.kind === 'shift') {
            const taken = queue.shift()
            if (taken !== undefined) expect(taken).toBe(present.find(({ key }) => key === taken.key))
            drop(taken)
          } else {
            const gone = present[each.at]
            expect(queue.remove(gone ?? entry('c'))).toBe(gone !== undefined)
            drop(gone)
          }
          expect(queue.size).toBe(present.length)
          expect(queue.oldest()).toBe(present[0])
          expect(present.length).toBeLessThanOrEqual(bounds.maxEntries)
          expect(present.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(bounds.maxBytes)
        }
        while (present.length > 0) drop(queue.shift())
        expect(queue.shift()).toBeUndefined()
      }),
      { seed: 21, numRuns: 500 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countBytes } from '../../../../test/support/streams/counted-bytes.ts'
import { findJsonExcess, JsonNesting } from './nesting.ts'

const limits = { maxDepth: 100, maxParts: 1000 }
const excessOf = (text: string) => findJsonExcess(Buffer.from(text), limits)

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

describe('findJsonExcess', () => {
  it('counts containers within containers, of both kinds, and none in strings', () => {
    const nested = (depth: number) => '{"a":['.repeat(depth / 2) + ']}'.repeat(depth / 2)
    expect(excessOf(nested(100))).toBeNull()
    expect(excessOf(nested(102))).toBe('too-deep')
    expect(excessOf('['.repeat(200))).toBe('too-deep')
    expect(excessOf(JSON.stringify('['.repeat(200)))).toBeNull()
    expect(excessOf(JSON.stringify({ a: `"\\"${'{'.repeat(200)}\\` }))).toBeNull()
    expect(excessOf('[]'.repeat(200))).toBeNull()
  })

  it('counts objects, arrays and members', () => {
    expect(excessOf(`[${'[],'.repeat(998)}[]]`)).toBeNull()
    expect(excessOf(`[${'[],'.repeat(999)}[]]`)).toBe('too-many-parts')
    expect(excessOf(`{${'"key":0,'.repeat(1000)}"z":0}`)).toBe('too-many-parts')
    expect(excessOf(`[${'1,'.repeat(5000)}1]`)).toBeNull()
  })

  it('property: agrees with the depth of what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), (value) => {
        const text = Buffer.from(JSON.stringify(value, null, 1))
        const nesting = new JsonNesting({ maxDepth: depthOf(value), maxParts: 1e6 })
        nesting.push(text)
        expect(nesting.excess).toBeNull()
        const tighter = new JsonNesting({ maxDepth: depthOf(value) - 1, maxParts: 1e6 })
        tighter.push(text)
        if (depthOf(value) > 0) expect(tighter.excess).toBe('too-deep')
      }),
    )
  })

  it.each([
    ['brackets', (size: number) => '['.repeat(size)],
    ['empty arrays', (size: number) => `[${'[],'.repeat(size / 3)}0]`],
    ['keys', (size: number) => `{${'"k":0,'.repeat(size / 6)}"z":0}`],
    ['an open string of quotes', (size: number) => `["${'\\"'.repeat(size / 2)}`],
    ['an open string of backslashes', (size: number) => `["${'\\'.repeat(size)}`],
    ['many short strings', (size: number) => `[${'"",'.repeat(size / 3)}0]`],
  ])('touches each byte of %s a bounded number of times', (_name, make) => {
    const touchedOf = (size: number) => {
      const { bytes, touched } = countBytes(Buffer.from(make(size)))
      findJsonExcess(bytes, { maxDepth: 1e9, maxParts: 64 })
      return touched()
    }
    const [once, twice] = [touchedOf(20_000), touchedOf(40_000)]
    expect(twice).toBeLessThanOrEqual(2 * once + 100)
    expect(twice).toBeLessThanOrEqual(4 * 40_000)
  })

  it('stops at the limit: what follows is not read', () => {
    const { bytes, touched } = countBytes(Buffer.from('['.repeat(100_000)))
    expect(findJsonExcess(bytes, limits)).toBe('too-deep')
    expect(touched()).toBeLessThan(1000)
  })
})

describe('JsonNesting', () => {
  it('property: gives the same however the text is cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.nat(8)), (value, sizes) => {
        const text = Buffer.from(JSON.stringify({ value }))
        const nesting = new JsonNesting()
        let at = 0
        for (const size of sizes) {
          nesting.push(text.subarray(at, at + size))
          expect(nesting.isClosed).toBe(at + size >= text.length)
          at += size
        }
        nesting.push(text.subarray(at))
        expect(nesting.isClosed).toBe(true)
      }),
    )
  })
})

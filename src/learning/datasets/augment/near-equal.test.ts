import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textSimilarity } from './near-equal.ts'

describe('textSimilarity', () => {
  it.each([
    ['What is 2 + 2?', 'what is 2+2', 1],
    ['abcd', 'abce', 1 / 3],
    ['abc', 'xyz', 0],
    ['', '!', 1],
    ['a', 'b', 0],
  ])('%j and %j: %d', (one, other, similarity) => {
    expect(textSimilarity(one, other)).toBeCloseTo(similarity, 12)
  })

  it('is symmetric, from 0 to 1, and 1 for a text and itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(textSimilarity(one, one)).toBe(1)
        expect(textSimilarity(one, other)).toBe(textSimilarity(other, one))
        expect(textSimilarity(one, other)).toBeGreaterThanOrEqual(0)
        expect(textSimilarity(one, other)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

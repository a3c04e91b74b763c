import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResampledApgr, exactApgr } from './apgr.ts'

// Half of ten prompts need the strong model; on the others both answer.
const strong = Array(10).fill(1)
const weak = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
const descending = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]

describe('exactApgr', () => {
  it('of a perfect router: the gap is recovered at half of the calls, 0.25 + 0.5', () => {
    expect(exactApgr(descending, strong, weak)).toBeCloseTo(0.75, 15)
  })

  it('of the reverse: nothing until half of the calls, 0 + 0.25', () => {
    expect(exactApgr(descending.toReversed(), strong, weak)).toBeCloseTo(0.25, 15)
  })

  it('of a constant: 0.5, exactly', () => {
    expect(exactApgr(Array(10).fill(0.3), strong, weak)).toBe(0.5)
  })

  it('takes ties as one step', () => {
    // Six tied prompts with all the gap of 5, then four without: 0.6 · 0.5 + 0.4 · 1
    expect(exactApgr([0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.1, 0.1, 0.1, 0.1], strong, weak)).toBeCloseTo(0.7, 15)
  })

  it('rises above 1 where the weak model is better on the prompts that come last', () => {
    // gains 3, 0, −2, total 1: PGR 3, 3, 1 at thirds of the calls
    expect(exactApgr([0.9, 0.5, 0.1], [3, 1, 0], [0, 1, 2])).toBeCloseTo((1.5 + 3 + 2) / 3, 15)
  })

  it('does not depend on the order of the rows, nor on a monotone change of win rates and units', () => {
    const row = fc.record({
      winRate: fc.integer({ min: 0, max: 8 }),
      strong: fc.integer({ min: 0, max: 10 }),
      weak: fc.integer({ min: 0, max: 10 }),
    })
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        fc.pre(rows.reduce((sum, each) => sum + each.strong - each.weak, 0) > 0)
        const reversed = rows.toReversed()
        const apgr = exactApgr(
          rows.map((each) => each.winRate / 8),
          rows.map((each) => each.strong),
          rows.map((each) => each.weak),
        )
        const changed = exactApgr(
          reversed.map((each) => (each.winRate / 8) ** 3),
          reversed.map((each) => each.strong * 5 + 1),
          reversed.map((each) => each.weak * 5 + 1),
        )
        expect(changed).toBeCloseTo(apgr, 12)
      }),
      { seed: 2 },
    )
  })

  it('refuses rows without a gap, and lengths that differ', () => {
    expect(() => exactApgr([0.5], [1], [1])).toThrow(expect.objectContaining({ code: 'no-performance-gap' }))
    expect(() => exactApgr([], [], [])).toThrow(expect.objectContaining({ code: 'no-performance-gap' }))
    expect(() => exactApgr([0.5], [1], [])).toThrow(expect.objectContaining({ code: 'different-lengths' }))
  })
})

describe('createResampledApgr', () => {
  it('counts a row as often as it was drawn', () => {
    const resampled = createResampledApgr([0.9, 0.5, 0.1], [1, 1, 0], [0, 1, 0])
    const repeated = exactApgr([0.9, 0.5, 0.5, 0.5], [1, 1, 1, 1], [0, 1, 1, 1])
    expect(resampled([1, 3, 0])).toBeCloseTo(repeated, 15)
    expect(resampled([0, 3, 1])).toBeNaN()
  })
})

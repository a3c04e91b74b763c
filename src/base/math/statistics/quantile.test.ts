import { describe, expect, it } from 'vitest'
import { evenQuantiles, quantile } from './quantile.ts'

describe('quantile', () => {
  it.each([
    [0, 1],
    [0.25, 1.75],
    [0.5, 2.5],
    [0.9, 5.1],
    [1, 6],
  ])('interpolates: the %d quantile of 1, 2, 3, 6 is %d', (probability, expected) => {
    expect(quantile([1, 2, 3, 6], probability)).toBeCloseTo(expected, 12)
  })

  it('of one value is that value', () => {
    expect(quantile([0.3], 0.7)).toBe(0.3)
  })

  it('refuses no values and impossible probabilities', () => {
    expect(() => quantile([], 0.5)).toThrow(expect.objectContaining({ code: 'no-values' }))
    expect(() => quantile([1], 1.01)).toThrow(expect.objectContaining({ code: 'invalid-probability' }))
    expect(() => quantile([1], Number.NaN)).toThrow(expect.objectContaining({ code: 'invalid-probability' }))
  })
})

describe('evenQuantiles', () => {
  it('sorts and reads off evenly spaced quantiles', () => {
    expect(evenQuantiles([9, 1, 5], 5)).toEqual([1, 3, 5, 7, 9])
  })
})

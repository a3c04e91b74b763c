import { expect, it } from 'vitest'
import { isAbove, isAtLeast, isAtMost, isBelow } from './decimals.ts'

it('does not take rounding for a difference, in any unit', () => {
  for (const unit of [1, 10, 100, 1e-6])
    for (let tenths = 0; tenths <= 10; tenths++)
      for (let margin = 0; margin <= 10 - tenths; margin++) {
        const [value, limit] = [((tenths + margin) / 10) * unit, (tenths / 10) * unit + (margin / 10) * unit]
        expect(isAbove(value, limit)).toBe(false)
        expect(isBelow(value, limit)).toBe(false)
        expect(isAtLeast(value, limit)).toBe(true)
        expect(isAtMost(value, limit)).toBe(true)
      }
})

it('sees every difference that a person writes', () => {
  expect(isAbove(0.3001, 0.3)).toBe(true)
  expect(isAbove(100.0001, 100)).toBe(true)
  expect(isBelow(0.000_001, 0.000_002)).toBe(true)
  expect(isAtLeast(0.299_999, 0.3)).toBe(false)
  expect(isAtMost(1e-300, 0)).toBe(false)
})

it('is false for what is no number', () => {
  for (const compare of [isAbove, isBelow, isAtLeast, isAtMost]) {
    expect(compare(Number.NaN, 1)).toBe(false)
    expect(compare(1, Number.NaN)).toBe(false)
  }
  expect(isAtMost(Number.POSITIVE_INFINITY, 1)).toBe(false)
})

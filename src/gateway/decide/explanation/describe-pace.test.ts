import { describe, expect, it } from 'vitest'
import type { DecidedPace } from '../decided-pace.ts'
import { describePace, isDecidedByPace } from './describe-pace.ts'

const pace: DecidedPace = {
  factor: 1.91,
  ownThreshold: 0.5168,
  budget: { key: 'desk', limit: 'usdPerDay' },
}

describe('describePace', () => {
  it('says from what the threshold was raised, whose budget is the reason, and what it changed', () => {
    expect(describePace(pace, { threshold: 0.747, strongWinRate: 0.692 })).toBe(
      'the threshold was raised from .517 to .747, because the daily budget of the key "desk" was being spent too fast (pace 1.9); without that, the strong model would have been chosen',
    )
  })

  it.each([0.3, 0.8])('says nothing of a choice that it did not change, at %d', (strongWinRate) => {
    expect(describePace(pace, { threshold: 0.747, strongWinRate })).toMatch(/too fast \(pace 1\.9\)$/)
  })

  it('names the dollar if no threshold was compared', () => {
    const budget = { key: null, limit: 'usdPerMonth' } as const
    expect(
      describePace({ factor: 2, ownThreshold: null, budget }, { threshold: null, strongWinRate: null }),
    ).toBe(
      'a dollar counted 2 times as much as usual, because the monthly budget of this gateway was being spent too fast',
    )
  })

  it('names no budget that is not known', () => {
    expect(describePace({ ...pace, budget: null }, { threshold: 0.747, strongWinRate: 0.3 })).toContain(
      'because a budget was being spent too fast',
    )
  })
})

describe('isDecidedByPace', () => {
  it.each([
    [0.5167, false],
    [0.5168, true],
    [0.7469, true],
    [0.747, false],
    [null, false],
  ])('a score of %s: %s', (strongWinRate, expected) => {
    expect(isDecidedByPace(pace, { threshold: 0.747, strongWinRate })).toBe(expected)
  })
})

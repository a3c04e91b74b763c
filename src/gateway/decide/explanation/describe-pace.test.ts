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
      'the threshold was raised from 0.517 to 0.747, because the daily budget of the key "desk" was being spent too fast (pace 1.91); without that, the strong model would have been chosen',
    )
  })

  it.each([0.3, 0.8])('says nothing of a choice that it did not change, at %d', (strongWinRate) => {
    expect(describePace(pace, { threshold: 0.747, strongWinRate })).toMatch(/too fast \(pace 1\.91\)$/)
  })

  it.each([
    [{ factor: 1.0042, ownThreshold: 0.24101 }, 0.2411, 'raised from 0.2410 to 0.2411', '(pace 1.004)'],
    [{ factor: 1.02, ownThreshold: 0.241 }, 0.257, 'raised from 0.241 to 0.257', '(pace 1.02)'],
    [{ factor: 1000, ownThreshold: 0.45 }, 0.99945, 'raised from 0.450 to 0.999', '(pace 1,000)'],
  ])('shows a difference however small it is: %j', (changes, threshold, raised, factor) => {
    const text = describePace({ ...pace, ...changes }, { threshold, strongWinRate: 0.1 })
    expect(text).toContain(raised)
    expect(text).toContain(factor)
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

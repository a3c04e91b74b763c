import { describe, expect, it } from 'vitest'
import { wilsonInterval } from './wilson-interval.ts'

describe('wilsonInterval', () => {
  // By hand: n = 10, p = 0.5, z² = 3.8415: (0.5 + 0.19207 ± 1.96 · √(0.025 + 0.009604)) / 1.38415
  it.each([
    [5, 10, 0.2366, 0.7634],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [81, 263, 0.2553, 0.3662],
  ])('%i of %i: %f to %f', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials)
    expect(interval[0]).toBeCloseTo(low, 4)
    expect(interval[1]).toBeCloseTo(high, 4)
  })

  it('of nothing says nothing', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
  })
})

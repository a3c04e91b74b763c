import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thresholdForBudget } from './budget.ts'

const request = (strongWinRate: number, strongUsd = 10, weakUsd = 1) => ({
  strongWinRate,
  strongUsd,
  weakUsd,
})

describe('thresholdForBudget', () => {
  const requests = [request(0.2), request(0.4), request(0.6), request(0.8, 30)]

  it('buys as many strong calls as the budget allows, the highest win rates first', () => {
    // All weak 4; with the highest 33, then 42, 51, 60, over 4 requests.
    expect(thresholdForBudget(requests, 42 / 4)).toEqual({
      possible: true,
      threshold: 0.6,
      usdPerRequest: 10.5,
      strongCallFraction: 0.5,
    })
    expect(thresholdForBudget(requests, 41.9 / 4)).toMatchObject({ threshold: 0.8, usdPerRequest: 8.25 })
    expect(thresholdForBudget(requests, 1)).toMatchObject({ threshold: 1, strongCallFraction: 0 })
    expect(thresholdForBudget(requests, 100)).toMatchObject({ threshold: 0, strongCallFraction: 1 })
  })

  it('says what the least would be where the budget is too small', () => {
    expect(thresholdForBudget(requests, 0.5)).toEqual({ possible: false, leastUsdPerRequest: 1 })
    // A win rate of 1 is at least every threshold.
    expect(thresholdForBudget([request(1), request(0.5)], 1)).toEqual({
      possible: false,
      leastUsdPerRequest: 5.5,
    })
  })

  it('keeps ties together', () => {
    expect(thresholdForBudget([request(0.5), request(0.5)], 6)).toMatchObject({ strongCallFraction: 0 })
  })

  it('spends what its threshold spends, and more budget never means fewer strong calls', () => {
    const some = fc.array(
      fc.record({
        strongWinRate: fc.integer({ min: 0, max: 20 }).map((i) => i / 20),
        strongUsd: fc.double({ min: 0, max: 5, noNaN: true }),
        weakUsd: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 30 },
    )
    const budget = fc.double({ min: 0, max: 5, noNaN: true })
    fc.assert(
      fc.property(some, budget, budget, (given, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        const [small, large] = [thresholdForBudget(given, less), thresholdForBudget(given, more)]
        if (!small.possible) return
        const spent = given.reduce(
          (sum, { strongWinRate, strongUsd, weakUsd }) =>
            sum + (strongWinRate >= small.threshold ? strongUsd : weakUsd),
          0,
        )
        expect(spent / given.length).toBeCloseTo(small.usdPerRequest, 9)
        expect(small.usdPerRequest).toBeLessThanOrEqual(less * (1 + 1e-9))
        expect(large.possible && large.strongCallFraction >= small.strongCallFraction).toBe(true)
      }),
      { seed: 1 },
    )
  })

  it('refuses what is no budget', () => {
    for (const usd of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => thresholdForBudget(requests, usd)).toThrow(
        expect.objectContaining({ code: 'invalid-budget' }),
      )
    expect(() => thresholdForBudget([], 1)).toThrow(expect.objectContaining({ code: 'no-requests' }))
  })
})

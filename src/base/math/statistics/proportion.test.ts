import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  binomialTail,
  clopperPearsonInterval,
  clopperPearsonLower,
  clopperPearsonUpper,
  wilsonInterval,
} from './proportion.ts'

describe('Clopper and Pearson', () => {
  it.each([
    // By bisection in exact fractions.
    [0, 10, 0.95, 0.258865550893052],
    [3, 10, 0.95, 0.606624216105413],
    [5, 50, 0.975, 0.218135366434202],
    [17, 100, 0.9, 0.228119712697073],
    [10, 10, 0.95, 1],
  ])('the upper limit of %d in %d at %d is %d', (successes, trials, confidence, limit) => {
    expect(Math.abs(clopperPearsonUpper(successes, trials, confidence) - limit)).toBeLessThan(1e-13)
  })

  it('the lower limit mirrors it, and both make the interval', () => {
    expect(clopperPearsonLower(0, 10, 0.95)).toBe(0)
    expect(clopperPearsonLower(5, 50, 0.975)).toBeCloseTo(0.0332750935890225, 13)
    expect(clopperPearsonInterval(5, 50, 0.95)).toEqual([
      clopperPearsonLower(5, 50, 0.975),
      clopperPearsonUpper(5, 50, 0.975),
    ])
  })

  it('leaves the tail that it should: P(Binomial(n, limit) ≤ k) = 1 − confidence', () => {
    const counts = fc
      .integer({ min: 1, max: 3000 })
      .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials - 1 }), fc.constant(trials)))
    fc.assert(
      fc.property(counts, fc.double({ min: 0.01, max: 0.999, noNaN: true }), ([k, n], confidence) => {
        const tail = binomialTail(k, n, clopperPearsonUpper(k, n, confidence))
        expect(Math.abs(tail - (1 - confidence))).toBeLessThan(1e-10)
      }),
      { seed: 1 },
    )
  })

  it('refuses counts and confidences that are none, with a hint at a percentage', () => {
    for (const [successes, trials] of [
      [-1, 10],
      [11, 10],
      [0, 0],
      [0.5, 10],
    ] as const)
      expect(() => clopperPearsonUpper(successes, trials, 0.95)).toThrow(
        expect.objectContaining({ code: 'invalid-counts' }),
      )
    expect(() => clopperPearsonLower(1, 10, 95)).toThrow('Did you mean 0.95?')
    for (const confidence of [0, 1, Number.NaN])
      expect(() => clopperPearsonUpper(1, 10, confidence)).toThrow(
        expect.objectContaining({ code: 'invalid-confidence' }),
      )
  })
})

describe('Wilson', () => {
  it('solves |p̂ − p| = z √(p(1 − p)/n)', () => {
    for (const end of wilsonInterval(7, 40)) {
      expect(Math.abs(7 / 40 - end)).toBeCloseTo(1.959963984540054 * Math.sqrt((end * (1 - end)) / 40), 12)
    }
    // scipy.stats.binomtest(50, 1000).proportion_ci(method='wilson')
    const [low, high] = wilsonInterval(50, 1000)
    expect(low).toBeCloseTo(0.03813026239274881, 14)
    expect(high).toBeCloseTo(0.06531382024425081, 14)
  })

  it('stays within 0 and 1 at the ends', () => {
    expect(wilsonInterval(0, 20)[0]).toBe(0)
    expect(wilsonInterval(20, 20)[1]).toBe(1)
    expect(wilsonInterval(0, 0)).toEqual([0, 1])
    expect(wilsonInterval(4.5, 10)[0]).toBeCloseTo(0.20142, 5)
    expect(() => wilsonInterval(2, 1)).toThrow(expect.objectContaining({ code: 'invalid-counts' }))
  })
})

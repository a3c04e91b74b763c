import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaQuantile, regularizedIncompleteBeta } from './incomplete-beta.ts'

// Nearer to the edges 1 − x itself is rounded by more than what is asked for here.
const inside = fc.double({ min: 1e-3, max: 1 - 1e-3, noNaN: true })
const parameter = fc.double({ min: 0.5, max: 5000, noNaN: true })
const above1 = fc.double({ min: 1, max: 5000, noNaN: true })

describe('the regularised incomplete beta function', () => {
  it.each([
    // x^a; 1 − (1 − x)^b; 3x² − 2x³; 6x² − 8x³ + 3x⁴; (2/π) asin √x; half by symmetry
    [0.3, 4, 1, 0.3 ** 4],
    [0.3, 1, 7, 1 - 0.7 ** 7],
    [0.2, 2, 2, 3 * 0.04 - 2 * 0.008],
    [0.4, 2, 3, 6 * 0.16 - 8 * 0.064 + 3 * 0.0256],
    [0.25, 0.5, 0.5, 1 / 3],
    [0.5, 123.4, 123.4, 0.5],
    [0, 2, 3, 0],
    [1, 2, 3, 1],
  ])('at %d with %d, %d is %d', (x, a, b, expected) => {
    expect(Math.abs(regularizedIncompleteBeta(x, a, b) - expected)).toBeLessThan(1e-14)
  })

  it.each([
    // P(Binomial(n, p) ≤ k) in exact fractions, [k, n, p, tail]
    [3, 10, 1 / 4, 0.77587509155273438],
    [17, 500, 1 / 20, 0.055915560489195222],
    [38, 500, 1 / 10, 0.039339654316050916],
    [10, 59, 3 / 10, 0.01673737230365685],
    [140, 5000, 3 / 100, 0.21690051484127365],
  ])('gives P(Binomial ≤ %d of %d at %d)', (k, n, p, tail) => {
    expect(Math.abs(regularizedIncompleteBeta(1 - p, n - k, k + 1) / tail - 1)).toBeLessThan(1e-12)
  })

  it('mirrors: I_x(a, b) + I_(1−x)(b, a) = 1', () => {
    fc.assert(
      fc.property(inside, parameter, parameter, (x, a, b) => {
        const sum = regularizedIncompleteBeta(x, a, b) + regularizedIncompleteBeta(1 - x, b, a)
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12)
      }),
      { seed: 1 },
    )
  })

  it('keeps its digits for millions of trials', () => {
    // scipy.special.betainc 1.17
    expect(regularizedIncompleteBeta(0.2501, 1_000_000, 3_000_000)).toBeCloseTo(0.6779706661699412, 11)
  })

  it('refuses what is no probability and no parameter', () => {
    for (const [x, a, b] of [
      [-0.1, 1, 1],
      [1.1, 1, 1],
      [0.5, 0, 1],
      [0.5, 1, Number.NaN],
      [0.5, 1, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(() => regularizedIncompleteBeta(x, a, b)).toThrow(
        expect.objectContaining({ code: 'beta-range' }),
      )
      expect(() => betaQuantile(x, a, b)).toThrow(expect.objectContaining({ code: 'beta-range' }))
    }
  })
})

describe('the quantile of the beta distribution', () => {
  it('inverts the function', () => {
    fc.assert(
      fc.property(inside, above1, above1, (probability, a, b) => {
        const x = betaQuantile(probability, a, b)
        expect(Math.abs(regularizedIncompleteBeta(x, a, b) - probability)).toBeLessThan(1e-10)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('has the closed forms of one parameter 1', () => {
    expect(betaQuantile(0.95, 1, 10)).toBeCloseTo(1 - 0.05 ** 0.1, 14)
    expect(betaQuantile(0.05, 7, 1)).toBeCloseTo(0.05 ** (1 / 7), 14)
    expect(betaQuantile(0, 2, 3)).toBe(0)
    expect(betaQuantile(1, 2, 3)).toBe(1)
  })
})

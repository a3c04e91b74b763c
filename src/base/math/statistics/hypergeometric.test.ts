import { describe, expect, it } from 'vitest'
import { hypergeometricTail } from './hypergeometric.ts'

describe('hypergeometricTail', () => {
  it('is a sum of quotients of binomial coefficients', () => {
    // 10 balls, 4 red, 3 drawn: C(4,0)C(6,3)/C(10,3) = 20/120, C(4,1)C(6,2)/120 = 60/120
    expect(hypergeometricTail(0, 10, 4, 3)).toBeCloseTo(20 / 120, 14)
    expect(hypergeometricTail(1, 10, 4, 3)).toBeCloseTo(80 / 120, 14)
    expect(hypergeometricTail(2, 10, 4, 3)).toBeCloseTo(116 / 120, 14)
  })

  it('is 0 below the fewest that can be drawn, and 1 from the most on', () => {
    // 8 drawn of 10, 4 red: at least 2
    expect(hypergeometricTail(1, 10, 4, 8)).toBe(0)
    expect(hypergeometricTail(2, 10, 4, 8)).toBeCloseTo(28 / 210, 14)
    expect(hypergeometricTail(4, 10, 4, 8)).toBe(1)
    expect(hypergeometricTail(0, 10, 0, 8)).toBe(1)
    // Far above the mean, where the density itself is below the smallest double.
    expect(hypergeometricTail(500, 101_000, 5501, 1000)).toBe(1)
  })

  it('agrees with scipy on large ones', () => {
    // scipy.stats.hypergeom.cdf(k, M, n, N) 1.17
    for (const [most, population, marked, drawn, tail] of scipy)
      expect(hypergeometricTail(most, population, marked, drawn) / tail).toBeCloseTo(1, 9)
  })
})

const scipy = [
  [38, 1307, 131, 500, 0.012875486758758685],
  [150, 100000, 30000, 500, 0.5220725548077596],
  [5, 14037, 1200, 500, 4.110027098871418e-14],
  [40, 1000500, 80000, 500, 0.5432681249310394],
  [60, 1307, 131, 500, 0.9746790087377825],
] as const

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { influenceInterval, intervalOfDifference } from './influence-interval.ts'
import { studentQuantile } from './student.ts'

/** Influences of the units on their mean. */
function influencesOfMean(values: readonly number[]): { mean: number; influences: Float64Array } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, influences: Float64Array.from(values, (value) => (value - mean) / values.length) }
}

describe('influenceInterval', () => {
  it('is Student’s of symmetric units, with the units that count and at least 2 degrees of freedom', () => {
    // Mean 0, Σu² = 28/49, Σu⁴ = 196/2401: 4 effective units.
    const { mean, influences } = influencesOfMean([-3, -2, -1, 0, 1, 2, 3])
    const { interval, standardError, effectiveUnits } = influenceInterval(mean, influences, 0.95)
    expect(effectiveUnits).toBeCloseTo(4, 12)
    expect(standardError).toBeCloseTo(Math.sqrt(2 / 3), 12)
    expect(interval[1]).toBeCloseTo(studentQuantile(0.95, 3) * standardError, 10)
    expect(interval[0]).toBeCloseTo(-interval[1], 12)
    // Two effective units: one degree of freedom would say nothing.
    const two = influenceInterval(0, new Float64Array([1, -1, 0, 0, 0]), 0.95)
    expect(two.interval[1] / two.standardError).toBeCloseTo(studentQuantile(0.95, 2), 10)
  })

  it('undoes the transformation of a skewed mean, and follows its line where that is nearly flat', () => {
    const cubic = (t: number, a: number) => t + a * t * t + (a * a * t ** 3) / 3
    for (const [most, isLine] of [
      [2, false],
      [6, true],
    ] as const) {
      const { mean, influences } = influencesOfMean([...Array(99).fill(0), ...Array(20).fill(1), most])
      const { interval, standardError, effectiveUnits } = influenceInterval(mean, influences, 0.95)
      const squares = influences.reduce((sum, u) => sum + u * u, 0)
      const skewness = influences.reduce((sum, u) => sum + u ** 3, 0) / squares ** 1.5
      const quantile = studentQuantile(0.95, Math.max(2, effectiveUnits - 1))
      // g(t) of the lower t is −quantile: the upper end is the farther one.
      const t = (mean - interval[1]) / standardError
      const a = skewness / 3
      const end = -1 / (2 * a)
      expect(t < end).toBe(isLine)
      const g = isLine ? cubic(end, a) + (t - end) / 4 : cubic(t, a)
      expect(g + skewness / 6).toBeCloseTo(-quantile, 8)
      expect(interval[1] - mean).toBeGreaterThan(quantile * standardError)
      expect(interval[0]).toBeCloseTo(mean - quantile * standardError, 10)
    }
  })

  it('moves its ends a little if one unit changes a little, wherever the skewness is', () => {
    const random = createRandom(3)
    for (let log = 0; log < 500; log++) {
      const values = Array.from({ length: 25 }, () => Math.exp(1.5 * random.nextGaussian()))
      const distanceOf = (of: readonly number[]) => {
        const { mean, influences } = influencesOfMean(of)
        return influenceInterval(mean, influences, 0.95).interval[1] - mean
      }
      const largest = Math.max(...values)
      const less = values.map((value) => (value === largest ? 0.98 * value : value))
      expect(Math.abs(distanceOf(less) / distanceOf(values) - 1)).toBeLessThan(0.15)
    }
  })

  it('mirrors, scales with its unit, and grows with the confidence', () => {
    const values = fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 3, maxLength: 40 })
    fc.assert(
      fc.property(values, fc.constantFrom(1e-9, 1, 1e6), (drawn, factor) => {
        const { influences } = influencesOfMean(drawn)
        const [low, high] = influenceInterval(0, influences, 0.95).interval
        const mirrored = influenceInterval(
          0,
          influences.map((u) => -factor * u),
          0.95,
        ).interval
        expect(mirrored[0] / factor).toBeCloseTo(-high, 6)
        expect(mirrored[1] / factor).toBeCloseTo(-low, 6)
        const wider = influenceInterval(0, influences, 0.99).interval
        expect(wider[0]).toBeLessThanOrEqual(low)
        expect(wider[1]).toBeGreaterThanOrEqual(high)
      }),
      { seed: 4 },
    )
  })

  it('is a point if no unit varies, and refuses one unit', () => {
    expect(influenceInterval(3, new Float64Array(5), 0.95).interval).toEqual([3, 3])
    expect(() => influenceInterval(3, new Float64Array(1), 0.95)).toThrow(
      expect.objectContaining({ code: 'no-values' }),
    )
    expect(() => influenceInterval(3, new Float64Array(5), 95)).toThrow(
      expect.objectContaining({ code: 'invalid-confidence' }),
    )
  })

  it('covers the mean of log-normal values, where Student’s interval with all units does not', () => {
    const random = createRandom(8)
    let [held, heldByStudent] = [0, 0]
    const logs = 1000
    for (let log = 0; log < logs; log++) {
      const values = Array.from({ length: 200 }, () => Math.exp(1.5 * random.nextGaussian()))
      const { mean, influences } = influencesOfMean(values)
      const truth = Math.exp(1.125)
      const { interval, standardError } = influenceInterval(mean, influences, 0.95)
      if (interval[0] <= truth && truth <= interval[1]) held++
      if (Math.abs(mean - truth) <= studentQuantile(0.95, 199) * standardError) heldByStudent++
    }
    expect(heldByStudent / logs).toBeLessThan(0.89)
    expect(held / logs).toBeGreaterThan(0.93)
  })
})

it('says nothing of a difference that few units make, however many do not differ', () => {
  const of = (differing: number, equal: number) => {
    const differences = [...Array(differing).fill(1), ...Array(equal).fill(0)]
    const { mean, influences } = influencesOfMean(differences)
    return intervalOfDifference(mean, Float64Array.from(differences), influences, 0.95)
  }
  expect([of(0, 500), of(1, 500), of(4, 500), of(13, 0)]).toEqual([null, null, null, null])
  expect(of(5, 500)).not.toBeNull()
  const [low, high] = of(20, 500)!
  expect(low).toBeGreaterThan(0)
  expect(high).toBeLessThan((2 * 20) / 520)
  // Nearly all differ alike.
  expect(of(500, 1)).not.toBeNull()
})

it.each([10, 20, 50])(
  'holds the truth of a difference that about %i of 600 units make, where it says something',
  (differing) => {
    const random = createRandom(differing)
    const truth = differing * Math.exp(0.5)
    let [said, held] = [0, 0]
    for (let log = 0; log < 600; log++) {
      const differences = Float64Array.from({ length: 600 }, () =>
        random.next() < differing / 600 ? Math.exp(random.nextGaussian()) : 0,
      )
      const sum = differences.reduce((all, each) => all + each, 0)
      const interval = intervalOfDifference(
        sum,
        differences,
        differences.map((each) => each - sum / 600),
        0.95,
      )
      if (interval === null) continue
      said++
      if (interval[0] <= truth && truth <= interval[1]) held++
    }
    expect(said).toBeGreaterThan(60)
    expect(held / said).toBeGreaterThan(0.92)
  },
)

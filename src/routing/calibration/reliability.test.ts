import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { reliability } from './reliability.ts'

describe('reliability', () => {
  it('compares the mean probability with the share in bins of equally many rows', () => {
    const { expectedCalibrationError, bins } = reliability([0.9, 0.1, 0.3, 0.7], [1, 0, 1, 0], { bins: 2 })
    expect(bins).toEqual([
      { rows: 2, meanProbability: expect.closeTo(0.2, 12), share: 0.5 },
      { rows: 2, meanProbability: expect.closeTo(0.8, 12), share: 0.5 },
    ])
    expect(expectedCalibrationError).toBeCloseTo(0.3, 12)
  })

  it('weighs rows', () => {
    const { expectedCalibrationError, bins } = reliability([0.2, 0.4], [0, 1], { bins: 1, weights: [3, 1] })
    expect(bins[0]?.meanProbability).toBeCloseTo(0.25, 12)
    expect(bins[0]?.share).toBeCloseTo(0.25, 12)
    expect(expectedCalibrationError).toBeCloseTo(0, 12)
  })

  it('has no more bins than rows', () => {
    expect(reliability([0.5, 0.5, 0.5], [1, 0, 1]).bins).toHaveLength(3)
  })

  it('is small for probabilities that are right, and what is wrong by for others', () => {
    const random = createRandom(5)
    const probabilities = Array.from({ length: 20_000 }, () => random.next())
    const labels = probabilities.map((probability) => (random.next() < probability ? 1 : 0))
    expect(reliability(probabilities, labels).expectedCalibrationError).toBeLessThan(0.012)
    const shifted = probabilities.map((probability) => Math.min(1, probability + 0.2))
    expect(reliability(shifted, labels).expectedCalibrationError).toBeCloseTo(0.18, 1)
  })
})

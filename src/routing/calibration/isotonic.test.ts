import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitIsotonic, isotonicProbability } from './isotonic.ts'

describe('fitIsotonic', () => {
  it('pools what falls', () => {
    // 0 | 1, 0 pooled to ½ | 1
    expect(fitIsotonic([1, 2, 3, 4], [0, 1, 0, 1])).toEqual({
      scores: [1, 2, 3, 4],
      probabilities: [0, 0.5, 0.5, 1],
    })
    expect(fitIsotonic([1, 2, 3], [1, 0.5, 0])).toEqual({ scores: [1, 3], probabilities: [0.5, 0.5] })
  })

  it('pools backwards as far as it has to', () => {
    // 1, 2, 0 → 1 each: the last 0 falls below both before.
    const { scores, probabilities } = fitIsotonic([1, 2, 3, 4], [0.3, 0.6, 0, 0.9])
    expect(scores).toEqual([1, 3, 4])
    expect(probabilities).toEqual([expect.closeTo(0.3, 12), expect.closeTo(0.3, 12), 0.9])
  })

  it('gives equal scores one probability, and weights their say', () => {
    expect(fitIsotonic([2, 1, 2], [1, 0, 0])).toEqual({ scores: [1, 2], probabilities: [0, 0.5] })
    expect(fitIsotonic([1, 2], [1, 0], [3, 1])).toEqual({ scores: [1, 2], probabilities: [0.75, 0.75] })
  })

  it('is straight between knots and constant beyond', () => {
    const scaling = { scores: [1, 3, 4], probabilities: [0.2, 0.2, 0.8] }
    const at = (score: number) => isotonicProbability(scaling, score)
    expect([0, 1, 2, 3, 3.5, 4, 9].map(at)).toEqual([0.2, 0.2, 0.2, 0.2, expect.closeTo(0.5, 12), 0.8, 0.8])
  })

  it('never falls, keeps the mean of the labels, and no other rising function is closer', () => {
    const rows = fc.array(
      fc.record({
        score: fc.integer({ min: 0, max: 12 }),
        label: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 40 },
    )
    const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 13, maxLength: 13 })
    fc.assert(
      fc.property(rows, steps, (given, other) => {
        const scaling = fitIsotonic(
          given.map(({ score }) => score),
          given.map(({ label }) => label),
        )
        const rising = other.toSorted((one, two) => one - two)
        let [mean, error, otherError] = [0, 0, 0]
        for (const { score, label } of given) {
          const probability = isotonicProbability(scaling, score)
          mean += probability - label
          error += (probability - label) ** 2
          otherError += (rising[score]! - label) ** 2
        }
        expect(scaling.probabilities).toEqual(scaling.probabilities.toSorted((one, two) => one - two))
        expect(Math.abs(mean)).toBeLessThan(1e-9)
        expect(error).toBeLessThanOrEqual(otherError + 1e-9)
      }),
      { seed: 1 },
    )
  })

  it('refuses no rows', () => {
    expect(() => fitIsotonic([], [])).toThrow(expect.objectContaining({ code: 'labelled-scores' }))
  })
})

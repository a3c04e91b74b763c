import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { lengthControlledPreference, type MeasuredPreference } from './length-control.ts'

const preferences = (...pairs: (readonly [winA: number, lengthDifference: number])[]): MeasuredPreference[] =>
  pairs.map(([winA, lengthDifference]) => ({ winA, lengthDifference }))

describe('lengthControlledPreference', () => {
  it('is even where the longer answer wins on either side alike', () => {
    const control = lengthControlledPreference(preferences([1, 50], [1, 50], [0, -50], [0, -50]))
    expect(control?.winRate).toBeCloseTo(0.5, 9)
    expect(control?.lengthEffect).toBeGreaterThan(0.5)
    expect(control?.isExtrapolated).toBe(false)
  })

  it('is the log-odds half way between both sides of a mirrored difference', () => {
    // A longer: 3 of 4; A shorter: 2 of 4. With the prior of one observation: 3.5 of 5 and 2.5 of 5.
    const control = lengthControlledPreference(
      preferences([1, 9], [1, 9], [1, 9], [0, 9], [1, -9], [1, -9], [0, -9], [0, -9]),
    )
    expect(control?.winRate).toBeCloseTo(sigmoid(Math.log(3.5 / 1.5) / 2), 9)
  })

  it('says nothing where all differ alike, and that it extrapolates where one is always longer', () => {
    expect(lengthControlledPreference([])).toBeUndefined()
    expect(lengthControlledPreference(preferences([1, 5], [0, 5], [1, 5]))).toBeUndefined()
    expect(lengthControlledPreference(preferences([1, 5], [0, 9], [1, 7]))?.isExtrapolated).toBe(true)
  })

  it('does not become certain where A always wins', () => {
    const always = Array.from({ length: 20 }, (_, index) => [1, index - 9.5] as const)
    const interval = lengthControlledPreference(preferences(...always))?.interval
    expect(interval?.[0]).toBeGreaterThan(0.6)
    expect(interval?.[0]).toBeLessThan(0.9)
  })

  /**
   * Verdicts of a noisy judge in both orders, with position bias; disagreement is a tie. Lengths spread around a
   * mean difference; the log-odds follow the formula.
   */
  function simulated(count: number, advantage: number, length: number, position: number, seed: number) {
    const random = createRandom(seed)
    const drawn = Array.from({ length: count }, () => 40 + 100 * random.nextGaussian())
    const mean = drawn.reduce((sum, each) => sum + each, 0) / count
    const deviation = Math.sqrt(drawn.reduce((sum, each) => sum + (each - mean) ** 2, 0) / count)
    return drawn.map((lengthDifference): MeasuredPreference => {
      const logOdds = advantage + length * Math.tanh(lengthDifference / deviation)
      const aFirst = random.next() < sigmoid(logOdds + position)
      const bFirst = random.next() < sigmoid(logOdds - position)
      return { winA: aFirst === bFirst ? Number(aFirst) : 0.5, lengthDifference }
    })
  }

  it.each([
    [0.5, 0, 0],
    [-0.4, 1.5, 0],
    [0.3, 1, 0.7],
    [1.2, -1, 0.4],
  ])(
    'covers the truth in at least 94 of 100 runs: advantage %d, length %d, position %d',
    (advantage, length, position) => {
      const truth = (sigmoid(advantage + position) + sigmoid(advantage - position)) / 2
      const runs = 400
      let covered = 0
      for (let run = 0; run < runs; run++) {
        const control = lengthControlledPreference(simulated(150, advantage, length, position, run))
        const [low, high] = control?.interval ?? [1, 0]
        if (low <= truth && truth <= high) covered++
      }
      expect(covered / runs).toBeGreaterThan(0.94)
    },
  )
})

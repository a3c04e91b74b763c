import { describe, expect, it } from 'vitest'
import { createRandom } from '../../math/random.ts'
import { sigmoid } from '../../math/sigmoid.ts'
import { fitOffset, fitPlatt } from './platt.ts'
import { fitWinRateScale, type HeldOutPrediction, heldOutCalibrationError } from './win-rate-scale.ts'

function group(name: string, rows: number, slope: number, offset: number): HeldOutPrediction[] {
  const random = createRandom(rows)
  return Array.from({ length: rows }, () => {
    const score = 3 * random.nextGaussian()
    return { group: name, score, won: random.next() < sigmoid(slope * score + offset) ? 1 : 0 }
  })
}

describe('a logistic fit of one score', () => {
  it('gives the odds of a two by two table exactly', () => {
    // Wins 1 of 4 at score 0, 3 of 4 at score 1: log-odds −ln 3 and ln 3.
    const scores = [0, 0, 0, 0, 1, 1, 1, 1]
    const { slope, offset } = fitPlatt(scores, [1, 0, 0, 0, 1, 1, 1, 0], new Float64Array(8).fill(1))
    expect(offset).toBeCloseTo(-Math.log(3), 4)
    expect(slope).toBeCloseTo(2 * Math.log(3), 4)
  })

  it('finds the offset at which the mean probability is the share of wins', () => {
    const scores = [-2, 0, 1, 5]
    const offset = fitOffset(0.7, scores, [1, 0, 0, 0], [1, 1, 1, 1])
    const mean = scores.reduce((sum, score) => sum + sigmoid(0.7 * score + offset), 0) / 4
    expect(mean).toBeCloseTo(0.25, 10)
  })
})

describe('the scale of the win rate', () => {
  it('takes the slope that data sets agree on, against one that is the wrong way round', () => {
    const agreeing = ['a', 'b', 'c', 'd'].flatMap((name, index) =>
      group(name, 3000 + index, 0.4, -1 + index / 2),
    )
    const { slope } = fitWinRateScale([...agreeing, ...group('hard', 3500, -2, -2)])
    expect(slope).toBeGreaterThan(0.3)
    expect(slope).toBeLessThan(0.5)
  })

  it('is calibrated on data sets left out where they are alike', () => {
    const alike = ['a', 'b', 'c', 'd'].flatMap((name, index) => group(name, 3000 + index, 0.4, -0.5))
    expect(heldOutCalibrationError(alike)).toBeLessThan(0.03)
  })

  it('refuses a score that goes the wrong way', () => {
    const wrong = [...group('a', 500, -1, 0), ...group('b', 501, -1, 0)]
    expect(() => fitWinRateScale(wrong)).toThrowError(expect.objectContaining({ code: 'no-win-rate-scale' }))
  })
})

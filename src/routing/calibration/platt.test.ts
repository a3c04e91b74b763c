import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../base/concurrency/run-steps.ts'
import { sigmoid } from '../../base/math/sigmoid.ts'
import { fitOffset, fitPlatt, plattProbability } from './platt.ts'

describe('a logistic fit of one score', () => {
  it('gives the odds of a two by two table exactly', () => {
    // Wins 1 of 4 at score 0, 3 of 4 at score 1: log-odds −ln 3 and ln 3.
    const scores = [0, 0, 0, 0, 1, 1, 1, 1]
    const { slope, offset } = fitPlatt(scores, [1, 0, 0, 0, 1, 1, 1, 0])
    expect(offset).toBeCloseTo(-Math.log(3), 4)
    expect(slope).toBeCloseTo(2 * Math.log(3), 4)
    expect(plattProbability({ slope, offset }, 1)).toBeCloseTo(3 / 4, 5)
  })

  it('counts weights as so many rows, and stays finite where scores separate the labels', () => {
    const weighted = fitPlatt([0, 0, 1, 1], [1, 0, 1, 0], [1, 3, 3, 1])
    expect(weighted.slope).toBeCloseTo(2 * Math.log(3), 4)
    const { slope, offset } = fitPlatt([1, 2, 3, 4], [0, 0, 1, 1])
    expect(slope).toBeGreaterThan(1)
    expect(Number.isFinite(slope + offset)).toBe(true)
  })

  it('refuses columns that do not belong together', () => {
    for (const [scores, labels, weights] of [
      [[], [], []],
      [[1, 2], [0], [1, 1]],
      [[1, 2], [0, 1], [1]],
      [
        [1, Number.NaN],
        [0, 1],
        [1, 1],
      ],
      [
        [1, 2],
        [0, 2],
        [1, 1],
      ],
      [
        [1, 2],
        [0, 1],
        [1, 0],
      ],
    ] as const)
      expect(() => fitPlatt(scores, labels, weights)).toThrow(
        expect.objectContaining({ code: 'labelled-scores' }),
      )
  })

  it('finds the offset at which the mean probability is the share of wins', () => {
    const scores = [-2, 0, 1, 5]
    const offset = runAtOnce(fitOffset(0.7, scores, [1, 0, 0, 0], [1, 1, 1, 1]))
    const mean = scores.reduce((sum, score) => sum + sigmoid(0.7 * score + offset), 0) / 4
    expect(mean).toBeCloseTo(0.25, 10)
  })
})

import { describe, expect, it } from 'vitest'
import { logisticLoss, sigmoid } from './sigmoid.ts'

describe('sigmoid', () => {
  it('turns log-odds into a probability', () => {
    expect(sigmoid(0)).toBe(0.5)
    expect(sigmoid(Math.log(3))).toBeCloseTo(0.75, 15)
    expect(sigmoid(-Math.log(3))).toBeCloseTo(0.25, 15)
  })

  it('neither overflows nor loses small probabilities', () => {
    expect(sigmoid(Number.POSITIVE_INFINITY)).toBe(1)
    expect(sigmoid(Number.NEGATIVE_INFINITY)).toBe(0)
    expect(sigmoid(-700)).toBeCloseTo(Math.exp(-700), 310)
    expect(sigmoid(-700)).toBeGreaterThan(0)
  })
})

describe('logisticLoss', () => {
  it.each([
    [0, 1, Math.log(2)],
    [0, 0.5, Math.log(2)],
    [Math.log(3), 1, -Math.log(0.75)],
    [Math.log(3), 0, -Math.log(0.25)],
    [Math.log(3), 0.5, -0.5 * Math.log(0.75) - 0.5 * Math.log(0.25)],
    [-1000, 1, 1000],
    [1000, 1, 0],
  ])('of log-odds %d where the truth is %d is %d', (logOdds, label, expected) => {
    expect(logisticLoss(logOdds, label)).toBeCloseTo(expected, 12)
  })
})

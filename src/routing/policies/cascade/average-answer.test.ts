import { describe, expect, it } from 'vitest'
import { findAverageAnswer } from './average-answer.ts'

describe('the average answer', () => {
  it.each([
    [0, 1],
    [0.2, 1],
    [0.3, 0.75],
    [0.4, 0.5],
    [0.7, 0.25],
    [1, 0],
    [2, 0],
  ])('of the quantiles 0.2, 0.4, 1 from %s on is escalated in %s of the cases', (threshold, share) => {
    expect(findAverageAnswer([0.2, 0.4, 1], threshold).escalationRate).toBeCloseTo(share, 12)
  })

  it.each([
    ['none is kept', 0.2, 0],
    ['a quarter at 0.25 on average', 0.3, 0.0625],
    ['half at 0.3', 0.4, 0.15],
    ['that and a quarter at 0.55', 0.7, 0.2875],
    ['half at 0.3 and half at 0.7', 1, 0.5],
    ['all', 2, 0.5],
  ])('of 0.2, 0.4, 1: %s, below %s: the kept ones lose %s', (_what, threshold, loss) => {
    const average = findAverageAnswer([0.2, 0.4, 1], threshold)
    expect(average.loss).toBeCloseTo(loss, 12)
    expect(average.strongWinRate).toBeCloseTo(0.5, 12)
  })

  it('of one value is kept or escalated', () => {
    expect(findAverageAnswer([0.5], 0.5)).toEqual({ strongWinRate: 0.5, escalationRate: 1, loss: 0 })
    expect(findAverageAnswer([0.5], 0.6)).toEqual({ strongWinRate: 0.5, escalationRate: 0, loss: 0.5 })
  })
})

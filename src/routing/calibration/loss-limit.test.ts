import { describe, expect, it } from 'vitest'
import { clopperPearsonUpper } from '../../base/math/statistics/proportion.ts'
import { lossBound, lossesPass, mostLosses } from './loss-limit.ts'

const choose = (n: number, k: number): number =>
  k < 0 || k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1)

/** P(at most `most` of the marked are drawn), by counting. */
function counted(most: number, population: number, marked: number, drawn: number): number {
  let ways = 0
  for (let k = 0; k <= most; k++) ways += choose(marked, k) * choose(population - marked, drawn - k)
  return ways / choose(population, drawn)
}

describe('mostLosses', () => {
  it('is the most whose limit of Clopper and Pearson is within what is allowed', () => {
    for (const labels of [1, 58, 59, 100, 500, 2500]) {
      for (const maxLoss of [0.05, 0.1, 0.4]) {
        const most = mostLosses(labels, { maxLoss, confidence: 0.95 })
        if (most >= 0) expect(clopperPearsonUpper(most, labels, 0.95)).toBeLessThanOrEqual(maxLoss)
        expect(clopperPearsonUpper(most + 1, labels, 0.95)).toBeGreaterThan(maxLoss)
      }
    }
    expect(mostLosses(500, { maxLoss: 0.05, confidence: 0.95 })).toBe(16)
    expect(mostLosses(0, { maxLoss: 0.05, confidence: 0.95 })).toBe(-1)
  })

  it('among requests to come is where the first losses of both hold too few labels by chance', () => {
    for (const [labels, requests, maxLoss] of [
      [30, 10, 0.2],
      [60, 40, 0.1],
      [100, 100, 0.29],
      [40, 1, 0.05],
    ] as const) {
      const tooMany = Math.round(maxLoss * requests - 0.49) + 1
      const passes = (losses: number) =>
        losses < labels && counted(losses, labels + requests, losses + tooMany, labels) <= 0.1
      let most = -1
      while (passes(most + 1)) most++
      const promise = { maxLoss, confidence: 0.9, requests }
      expect([labels, mostLosses(labels, promise)]).toEqual([labels, most])
      expect(lossesPass(most, labels, promise)).toBe(most >= 0)
      expect(lossesPass(most + 1, labels, promise)).toBe(false)
    }
  })
})

describe('lossBound', () => {
  it('among requests to come is the least number that is exceeded by chance only', () => {
    const bound = lossBound(2, 60, { maxLoss: 0.5, confidence: 0.9, requests: 40 })
    const number = Math.round(bound * 40)
    expect(counted(2, 100, 2 + number + 1, 60)).toBeLessThanOrEqual(0.1)
    expect(counted(2, 100, 2 + number, 60)).toBeGreaterThan(0.1)
  })

  it('allows 29 of 100 at 0.29, though the product is a little less', () => {
    const most = mostLosses(300, { maxLoss: 0.29, confidence: 0.9, requests: 100 })
    expect(most).toBe(mostLosses(300, { maxLoss: 0.2901, confidence: 0.9, requests: 100 }))
    expect(most).toBeGreaterThan(mostLosses(300, { maxLoss: 0.2899, confidence: 0.9, requests: 100 }))
  })
})

import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { sigmoid } from '../sigmoid.ts'
import { fitLogisticLine } from './logistic-line.ts'

describe('fitLogisticLine', () => {
  it('is the log-odds of each side where x has two values', () => {
    // At x = 0: 3 of 4, at x = 1: 1 of 4; the prior adds one observation of ½ to each side: 3.5 of 5, 1.5 of 5.
    const line = fitLogisticLine([0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 1, 0, 1, 0, 0, 0])
    expect(line?.intercept).toBeCloseTo(Math.log(3.5 / 1.5), 9)
    expect(line?.slope).toBeCloseTo(-2 * Math.log(3.5 / 1.5), 9)
    // 1 / (5 · 0.7 · 0.3), and the sum of both sides'.
    expect(line?.interceptVariance).toBeCloseTo(1 / 1.05, 9)
    expect(line?.slopeVariance).toBeCloseTo(2 / 1.05, 9)
  })

  it('stays finite, and says how little it knows, where a line separates the outcomes', () => {
    const line = fitLogisticLine([-2, -1, 1, 2], [0, 0, 1, 1])
    expect(line?.slope).toBeGreaterThan(0.5)
    expect(line?.slope).toBeLessThan(5)
    expect(fitLogisticLine([-1, 0, 1, 2], [1, 1, 1, 1])?.intercept).toBeCloseTo(Math.log(5), 5)
  })

  it('knows no line of two observations, or of xs that are all alike', () => {
    expect(fitLogisticLine([0, 1], [0, 1])).toBeUndefined()
    expect(fitLogisticLine([3, 3, 3, 3], [0, 1, 0, 1])).toBeUndefined()
  })

  it('covers the true intercept in about 95 of 100 samples', () => {
    const random = createRandom(11)
    let covered = 0
    for (let sample = 0; sample < 400; sample++) {
      const xs = Array.from({ length: 150 }, () => random.next() * 2 - 0.7)
      const ys = xs.map((x) => (random.next() < sigmoid(0.4 + 0.9 * x) ? 1 : 0))
      const line = fitLogisticLine(xs, ys)
      if (line !== undefined && Math.abs(line.intercept - 0.4) <= 1.96 * Math.sqrt(line.interceptVariance))
        covered++
    }
    expect(covered / 400).toBeGreaterThan(0.92)
    expect(covered / 400).toBeLessThan(0.98)
  })
})

import { describe, expect, it } from 'vitest'
import { lengthChoices, oracleChoices, singleModelChoices } from './choices.ts'
import { leastCostForQuality, leastCostOfOnePoint, poolPoints } from './curve.ts'
import { measurePool } from './measure.ts'
import type { PoolOutcomes } from './pool-outcomes.ts'

/** On the 40 prompts of 100 that are long only the dear model is right; on the others both are. */
const outcomes: PoolOutcomes = {
  prompts: Array.from({ length: 100 }, (_, row) => `${row} ${'x'.repeat(row < 40 ? 200 : 1)}`),
  models: ['cheap', 'dear'],
  scores: Float64Array.from({ length: 200 }, (_, cell) => (cell % 2 === 1 || cell >= 80 ? 1 : 0)),
  usd: Float64Array.from({ length: 200 }, (_, cell) => (cell % 2 === 1 ? 0.11 : 0.01)),
  weights: new Float64Array(100).fill(1),
}
const singles = [...singleModelChoices(100, 0), ...singleModelChoices(100, 1)]

describe('leastCostForQuality', () => {
  const points = [
    { cost: 1, quality: 0.5 },
    { cost: 3, quality: 0.9 },
    { cost: 4, quality: 0.8 },
  ]

  it('mixes two points, and one alone does not', () => {
    expect(leastCostForQuality(points, 0.7)).toBeCloseTo(2, 12)
    expect(leastCostForQuality(points, 0.4)).toBe(1)
    expect(leastCostForQuality(points, 0.95)).toBeNaN()
    expect(leastCostOfOnePoint(points, 0.7)).toBe(3)
    expect(leastCostOfOnePoint(points, 0.95)).toBeNaN()
  })
})

describe('poolPoints', () => {
  it('weighs prompts', () => {
    const weights = Float64Array.from({ length: 100 }, (_, row) => (row < 40 ? 3 : 1))
    const [cheap] = poolPoints({ ...outcomes, weights }, singles)
    expect(cheap!.quality).toBeCloseTo(60 / 180, 12)
  })
})

describe('measurePool', () => {
  const costQuality = poolPoints(outcomes, singles)
  const policies = [
    { name: 'single models', settings: singles, mixes: false },
    { name: 'zero router', settings: singles, mixes: true },
    { name: 'length', settings: lengthChoices(outcomes.prompts, costQuality), mixes: true },
    { name: 'oracle', settings: oracleChoices(outcomes), mixes: true },
  ]
  const measured = measurePool(outcomes, policies, { seed: 1, resamples: 200 })
  const usdOf = (name: string) => measured.policies.find((each) => each.name === name)!.usdFor[0]!

  it('computes what 95 % of the best model costs', () => {
    expect(measured.best).toBe('dear')
    expect(usdOf('single models').usd).toBeCloseTo(0.11, 12)
    // 0.6 + 0.4 · share = 0.95: seven eighths to the dear model.
    expect(usdOf('zero router').usd).toBeCloseTo(0.01 + 0.1 * (7 / 8), 12)
    // 35 of the 40 long prompts.
    expect(usdOf('length').usd).toBeCloseTo(0.01 + 0.1 * 0.35, 12)
    expect(usdOf('oracle').usd).toBeCloseTo(0.01 + 0.1 * 0.35, 12)
  })

  it('has intervals that hold the value, and paired ratios', () => {
    for (const { usdFor, aiq, aiqInterval } of measured.policies) {
      expect(aiqInterval[0]).toBeLessThanOrEqual(aiq)
      expect(aiqInterval[1]).toBeGreaterThanOrEqual(aiq)
      expect(usdFor[0]!.interval[0]).toBeLessThanOrEqual(usdFor[0]!.usd! + 1e-9)
      expect(usdFor[0]!.interval[1]).toBeGreaterThanOrEqual(usdFor[0]!.usd! - 1e-9)
    }
    const { ratio, interval } = measured.usdRatio('length', 'single models', 0.95)
    expect(ratio).toBeCloseTo(0.045 / 0.11, 12)
    expect(interval[1]).toBeLessThan(1)
    expect(measured.usdRatio('length', 'length', 0.95)).toEqual({ ratio: 1, interval: [1, 1] })
  })

  it('gives the same numbers for the same seed', () => {
    const again = measurePool(outcomes, policies, { seed: 1, resamples: 200 })
    expect(JSON.stringify(again)).toBe(JSON.stringify(measured))
    const other = measurePool(outcomes, policies, { seed: 2, resamples: 200 })
    expect(other.policies[1]!.aiqInterval).not.toEqual(measured.policies[1]!.aiqInterval)
  })

  it('says null where a quality is never reached, and leaves RouterArena out for scores that are no shares', () => {
    const cheapOnly = [{ name: 'cheap', settings: singleModelChoices(100, 0), mixes: true }]
    const scores = outcomes.scores.map((score) => 5 * score)
    const result = measurePool({ ...outcomes, scores }, cheapOnly, { seed: 1, resamples: 50 }).policies[0]!
    expect(result.usdFor[1]).toEqual({ share: 0.99, usd: null, interval: [null, null] })
    expect(result.routerArena).toBeNull()
    expect(measured.policies[1]!.routerArena).toBeGreaterThan(0)
  })
})

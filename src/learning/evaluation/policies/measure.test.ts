import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../base/math/random.ts'
import { chooseByLength, chooseByOracle } from './baselines.ts'
import { measureTraffic, type PolicyMeasure } from './measure.ts'
import type { PolicyTraffic } from './traffic.ts'

/** Four requests, the second of which stands for two; large costs 10, small 1, free nothing that is known. */
const traffic: PolicyTraffic = {
  models: ['large', 'small'],
  weights: Float64Array.of(1, 2, 1, 1),
  usd: [Float64Array.of(10, 10, 20, 10), Float64Array.of(1, 1, 2, 1)],
  scores: [Float64Array.of(1, 1, 1, 0), Float64Array.of(0, 1, 0, 1)],
  lengths: Float64Array.of(30, 10, 40, 20),
  units: {},
  policies: [{ name: 'halves', kind: 'pair', chosen: Int32Array.of(0, 1, 1, 1), askedBefore: null }],
}

const measure = (given: PolicyTraffic, resamples = 200) =>
  runAtOnce(measureTraffic(given, { seed: 0, resamples }))

describe('measureTraffic', () => {
  const { policies, models, oracle, best, requests } = measure(traffic)
  const [halves] = policies as [PolicyMeasure]

  it('adds up dollars and scores by the requests that rows stand for', () => {
    expect(requests).toBe(5)
    // 10 + 2 · 1 + 2 + 1 dollars; (1 + 2 + 0 + 1) / 5.
    expect(halves.figures).toMatchObject({ usd: 15, score: 0.8 })
    expect(halves.shares).toEqual({ large: 1 / 5, small: 4 / 5 })
    expect(models.map(({ name, figures }) => [name, figures.usd, figures.score])).toEqual([
      ['large', 60, 0.8],
      ['small', 6, 0.6],
    ])
  })

  it('counts losses against the best single candidate and against the oracle', () => {
    expect(best).toBe('large')
    expect(halves.figures).toMatchObject({ loss: 0, oracleLoss: expect.closeTo(0.2, 12) })
    // large for the first and the third request, where small fails.
    expect(oracle?.figures).toMatchObject({ usd: 10 + 2 + 20 + 1, score: 1, loss: expect.closeTo(-0.2, 12) })
  })

  it('puts random and prompt length at equal shares beside it', () => {
    // A fifth to large: its mean score is .8, small's .6.
    expect(halves.figures.randomLoss).toBeCloseTo(0.8 - (0.2 * 0.8 + 0.8 * 0.6), 12)
    expect(halves.figures.randomUsd).toBeCloseTo(0.2 * 60 + 0.8 * 6, 12)
    expect(halves.figures.gainOverRandom).toBeCloseTo(0.16, 12)
    // The longest request goes to large: small fails on the first one only.
    expect(halves.figures).toMatchObject({ lengthUsd: 1 + 2 + 20 + 1, lengthLoss: expect.closeTo(0, 12) })
  })

  it('has intervals around the figures, the same for the same seed', () => {
    const [low, high] = halves.intervals.usd!
    expect(low).toBeLessThan(15)
    expect(high).toBeGreaterThan(15)
    expect(measure(traffic).policies).toEqual(policies)
  })
})

describe('what is not known', () => {
  it('gives no dollars where an unpriced model is chosen, and never 0', () => {
    const unpriced = { ...traffic, usd: [new Float64Array(4).fill(Number.NaN), traffic.usd[1]!] }
    const { policies, models } = measure(unpriced)
    expect(policies[0]!.figures).toMatchObject({ usd: null, randomUsd: null, lengthUsd: null, score: 0.8 })
    expect(policies[0]!.intervals.usd).toBeNull()
    expect(models.map(({ figures }) => figures.usd)).toEqual([null, 6])
  })

  it('gives no loss without labels', () => {
    const { policies, oracle, best } = measure({ ...traffic, scores: null })
    expect(policies[0]!.figures).toMatchObject({ usd: 15, score: null, loss: null, randomLoss: null })
    expect({ oracle, best }).toEqual({ oracle: null, best: null })
  })

  it('counts refused requests and leaves them out', () => {
    const refusing = { ...traffic.policies[0]!, chosen: Int32Array.of(-1, 1, 1, 1) }
    const [measured] = measure({ ...traffic, policies: [refusing] }).policies
    expect(measured).toMatchObject({ refused: 1, shares: { small: 1 } })
    expect(measured!.figures).toMatchObject({ usd: 5, score: 0.75 })
  })
})

it('accounts for both calls of a cascade', () => {
  const cascade = {
    ...traffic.policies[0]!,
    chosen: Int32Array.of(0, 1, 0, 1),
    askedBefore: Int32Array.of(1, -1, 1, -1),
  }
  const [measured] = measure({ ...traffic, policies: [cascade] }).policies
  expect(measured!.figures.usd).toBe(11 + 2 + 22 + 1)
})

it('resamples whole prompts: repeated rows of one prompt make the interval wider', () => {
  const random = createRandom(4)
  const rows = 400
  const alike = Float64Array.from({ length: rows }, (_, row) => Math.floor(row / 20))
  const usd = [Float64Array.from(alike, (unit) => 1 + (unit % 2)), new Float64Array(rows).fill(1)]
  const given: PolicyTraffic = {
    models: ['large', 'small'],
    weights: new Float64Array(rows).fill(1),
    usd,
    scores: null,
    lengths: new Float64Array(rows),
    units: {},
    policies: [{ name: 'all', kind: 'fixed', chosen: new Int32Array(rows), askedBefore: null }],
  }
  const width = (units: PolicyTraffic['units']) => {
    const [low, high] = measure({ ...given, units }).policies[0]!.intervals.usd!
    return high - low
  }
  const apart = width({})
  expect(width({ prompts: alike }) / apart).toBeGreaterThan(3)
  // Users are resampled too, if there are enough of them.
  expect(width({ users: alike }) / apart).toBeGreaterThan(3)
  expect(measure({ ...given, units: { users: new Float64Array(rows).fill(1) } }).resampled).toEqual([
    'prompts',
  ])
  const someDays = alike.map((unit) => (random.next() < 0.1 ? Number.NaN : unit))
  expect(measure({ ...given, units: { days: someDays } }).resampled).toEqual(['prompts'])
})

describe('the baselines', () => {
  it('the oracle takes the cheapest of the best', () => {
    expect([...chooseByOracle(traffic)!.chosen]).toEqual([0, 1, 0, 1])
  })

  it('length keeps the shares and the refusals of the policy', () => {
    const policy = { ...traffic.policies[0]!, chosen: Int32Array.of(0, 1, -1, 1) }
    expect([...chooseByLength(traffic, policy).chosen]).toEqual([0, 1, -1, 1])
    const turned = { ...policy, chosen: Int32Array.of(1, 0, 1, 0) }
    // Three of five requests to large: the longest two and the next one.
    expect([...chooseByLength(traffic, turned).chosen]).toEqual([0, 1, 0, 0])
  })
})

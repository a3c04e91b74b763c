import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { findBudgetOutlook } from './find-budget-outlook.ts'
import { forecastCosts, forecastDays, neededDays } from './forecast-costs.ts'

const weekday = [1.2, 1.25, 1.2, 1.15, 1.1, 0.55, 0.55]

type World = {
  /** Of the mean day, a day. */
  readonly slope?: number
  /** Deviation of the logarithm of a day, and its autocorrelation. */
  readonly noise: number
  readonly rho?: number
  /** Deviation of the logarithm of the level, a day. */
  readonly drift?: number
  /** The share of days that cost four times as much. */
  readonly spikes?: number
}

function simulate(world: World, count: number, random: ReturnType<typeof createRandom>): number[] {
  const { slope = 0, noise, rho = 0, drift = 0, spikes = 0 } = world
  let error = random.nextGaussian()
  let level = 0
  return Array.from({ length: count }, (_, day) => {
    error = rho * error + Math.sqrt(1 - rho ** 2) * random.nextGaussian()
    level += drift * random.nextGaussian()
    const mean = 10 * weekday[day % 7]! * Math.max(0.05, 1 + slope * (day - count / 2))
    const spike = random.next() < spikes ? 4 : 1
    return spike * mean * Math.exp(level + noise * error - noise ** 2 / 2)
  })
}

/** How often the interval of 30 days has their true dollars, and its half, as a part of them. */
function measure(world: World, known: number, runs = 60): { coverage: number; width: number } {
  const random = createRandom(known)
  let [hits, width] = [0, 0]
  for (let run = 0; run < runs; run++) {
    const usd = simulate(world, known + forecastDays, random)
    const truth = usd.slice(known).reduce((sum, value) => sum + value, 0)
    const forecast = forecastCosts(usd.slice(0, known))
    if (forecast.kind !== 'known') throw new Error('not known')
    if (truth >= forecast.low && truth <= forecast.high) hits++
    width += (forecast.high - forecast.low) / 2 / truth / runs
  }
  return { coverage: hits / runs, width }
}

describe('the dollars of the coming 30 days', () => {
  // The deviation of a share of 90 % of 60 runs is 3.9 %.
  it.each<[string, World]>([
    ['weekdays and noise', { noise: 0.3 }],
    ['a rising line, autocorrelated', { noise: 0.3, rho: 0.3, slope: 0.008 }],
    ['a falling line', { noise: 0.2, rho: 0.3, slope: -0.008 }],
    ['strong autocorrelation', { noise: 0.3, rho: 0.6 }],
    ['a level that drifts', { noise: 0.15, drift: 0.03 }],
    ['rare days of four times as much', { noise: 0.2, spikes: 0.05 }],
  ])('are in the interval at least 9 times of 10: %s', (_, world) => {
    expect(measure(world, 28).coverage).toBeGreaterThan(0.85)
  })

  it('have a narrower interval, the more days are known', () => {
    const world = { noise: 0.3 }
    expect(measure(world, 42, 40).width).toBeLessThan(0.9 * measure(world, 21, 40).width)
  })

  it('are not known before three weeks', () => {
    expect(forecastCosts(Array.from({ length: neededDays - 1 }, (_, day) => day))).toEqual({
      kind: 'unknown',
      days: 20,
      neededDays: 21,
    })
  })

  it('repeat weeks, where nothing else happens', () => {
    const weeks = Array.from({ length: 28 }, (_, day) => weekday[day % 7]!)
    const forecast = forecastCosts(weeks)
    if (forecast.kind !== 'known') throw new Error('not known')
    for (const [day, { usd }] of forecast.days.entries()) expect(usd).toBeCloseTo(weekday[day % 7]!, 6)
    expect(forecastCosts(Array(30).fill(0))).toMatchObject({ kind: 'known', usd: 0, low: 0, high: 0 })
    expect(forecastCosts(Array(30).fill(2))).toMatchObject({ usd: 60, low: 60, high: 60 })
  })

  it('are finite and in order, whatever was before', () => {
    const days = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 21, maxLength: 50 })
    fc.assert(
      fc.property(days, (usd) => {
        const forecast = forecastCosts(usd)
        if (forecast.kind !== 'known') throw new Error('not known')
        for (const { usd: mean, low, high, total } of forecast.days)
          for (const each of [{ usd: mean, low, high }, total]) {
            expect(Number.isFinite(each.high)).toBe(true)
            expect(each.low).toBeGreaterThanOrEqual(0)
            expect(each.usd).toBeGreaterThanOrEqual(each.low)
            expect(each.high).toBeGreaterThanOrEqual(each.usd)
          }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a budget of the month', () => {
  const certain = (usd: number, low: number, high: number) => ({
    kind: 'known' as const,
    ...{ usd: 30 * usd, low: 30 * low, high: 30 * high },
    days: Array.from({ length: 30 }, (_, index) => ({
      ...{ usd, low, high },
      total: { usd: usd * (index + 1), low: low * (index + 1), high: high * (index + 1) },
    })),
  })
  const state = { limitUsd: 100, spentUsd: 40, spentTodayUsd: 5, daysLeft: 15 }

  it('ends on the day on which the costs reach it, from the dear end to the cheap one', () => {
    // 40 + 10·(d + 1) − 5 ≥ 100 for d ≥ 5.5.
    expect(findBudgetOutlook(certain(10, 8, 13), state)).toEqual({
      kind: 'ends',
      day: 6,
      earliest: 4,
      latest: 8,
    })
    expect(findBudgetOutlook(certain(10, 2, 13), state)).toMatchObject({ kind: 'ends', day: 6, latest: null })
  })

  it('lasts, may end, or is spent', () => {
    expect(findBudgetOutlook(certain(2, 1, 3), state)).toEqual({
      kind: 'lasts',
      whole: { usd: 65, low: 50, high: 80 },
    })
    expect(findBudgetOutlook(certain(4, 3, 5), state)).toMatchObject({ kind: 'may-end', earliest: 12 })
    expect(findBudgetOutlook(certain(4, 3, 5), { ...state, spentUsd: 100 })).toEqual({ kind: 'spent' })
    expect(findBudgetOutlook({ kind: 'unknown', days: 3, neededDays: 21 }, state)).toBeNull()
  })
})

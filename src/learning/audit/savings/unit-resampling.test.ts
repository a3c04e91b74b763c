import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { createSavingsCurve, type SavingsCurve } from './savings-curve.ts'
import { binOf } from './win-rate-bins.ts'

/** A log of requests whose chance of being simple depends on their day and their user. */
type Traffic = {
  readonly days: number
  readonly daySpread: number
  /** Sizes are log-normal with this spread, so a few users send most requests. 0 users: the log names none. */
  readonly users: number
  readonly sizeSpread: number
  readonly userSpread: number
}

const requests = 700
const savedUsd = 0.8

function curveOf({ days, daySpread, users, sizeSpread, userSpread }: Traffic, seed: number): SavingsCurve {
  const random = createRandom(seed)
  const curve = createSavingsCurve({ seed, resamples: 150 })
  const effects = (count: number, spread: number) =>
    Array.from({ length: count }, () => spread * random.nextGaussian())
  const ofDay = effects(days, daySpread)
  const ofUser = effects(Math.max(1, users), userSpread)
  const sizes = effects(Math.max(1, users), sizeSpread).map((effect) => Math.exp(effect))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  for (let request = 0; request < requests; request++) {
    const day = Math.floor((request * days) / requests)
    let left = random.next() * total
    const found = sizes.findIndex((size) => {
      left -= size
      return left < 0
    })
    const user = Math.max(0, found)
    const isSimple = random.next() < sigmoid(ofDay[day]! + ofUser[user]!)
    curve.add({
      winRate: isSimple ? 0.1 : 0.9,
      paidUsd: 1,
      savedUsd,
      day,
      ...(users > 0 && { user: user * 7919 }),
    })
  }
  return curve
}

const trials = 100

/** How often the intervals contain the expectation over all days and users, and what was resampled. */
function coverageOf(traffic: Traffic): { readonly covered: number; readonly resampled: ReadonlySet<string> } {
  // Effects are symmetric around 0, so half of all requests are simple.
  const truth = 0.5
  const resampled = new Set<string>()
  let covered = 0
  for (let trial = 0; trial < trials; trial++) {
    const curve = curveOf(traffic, trial)
    const { simpleShareInterval, savedUsdInterval } = curve.savingAt(binOf(0.5))
    resampled.add(curve.resampled)
    const [low, high] = simpleShareInterval
    if (low <= truth && truth <= high) covered++
    expect(savedUsdInterval[0]).toBeLessThanOrEqual(savedUsd * requests * high)
  }
  return { covered, resampled }
}

const evenUsers = { users: 0, sizeSpread: 0, userSpread: 0 }

describe('95 % intervals of a saving', () => {
  // Binomial(100, 0.95) is below 87 with a chance of about 0.1 %.
  it('cover other days if the log has 28', () => {
    const { covered, resampled } = coverageOf({ days: 28, daySpread: 0.8, ...evenUsers })
    expect([...resampled]).toEqual(['days'])
    expect(covered).toBeGreaterThanOrEqual(87)
  })

  it('cover other users if the log names 50 of uneven size', () => {
    const { covered, resampled } = coverageOf({
      days: 1,
      daySpread: 0,
      users: 50,
      sizeSpread: 1,
      userSpread: 1,
    })
    expect([...resampled]).toEqual(['users'])
    expect(covered).toBeGreaterThanOrEqual(87)
  })

  it('cover both, by the wider of the two', () => {
    const { covered, resampled } = coverageOf({
      days: 28,
      daySpread: 0.5,
      users: 50,
      sizeSpread: 1,
      userSpread: 1,
    })
    expect([...resampled]).toEqual(['users-and-days'])
    expect(covered).toBeGreaterThanOrEqual(87)
  })

  it('do not cover other days if the log has 13, and do not claim to', () => {
    const { covered, resampled } = coverageOf({ days: 13, daySpread: 0.8, ...evenUsers })
    expect([...resampled]).toEqual(['requests'])
    expect(covered).toBeLessThan(80)
  })
})

describe('users are not resampled', () => {
  const add = (curve: SavingsCurve, user: number | undefined) =>
    curve.add({ winRate: 0.1, paidUsd: 1, savedUsd: 1, day: undefined, user })

  it('if there are too few, or one sends most of the requests', () => {
    const few = createSavingsCurve({ seed: 0, resamples: 10 })
    const uneven = createSavingsCurve({ seed: 0, resamples: 10 })
    for (let request = 0; request < 300; request++) {
      add(few, request % 13)
      add(uneven, request % 2 === 0 ? 0 : request)
    }
    expect([few.resampled, uneven.resampled]).toEqual(['requests', 'requests'])
  })

  it('if most requests name none; those are one further user', () => {
    const curve = createSavingsCurve({ seed: 0, resamples: 10 })
    for (let request = 0; request < 300; request++) add(curve, request % 2 === 0 ? undefined : request)
    expect(curve.resampled).toBe('requests')
  })

  it('one by one if there are very many: memory stays bounded', () => {
    const curve = createSavingsCurve({ seed: 0, resamples: 10 })
    for (let user = 0; user < 20_000; user++) add(curve, user * 104_729)
    expect(curve.resampled).toBe('users')
    const [low, high] = curve.savingAt(binOf(0.5)).simpleShareInterval
    expect([low, high]).toEqual([1, 1])
  })
})

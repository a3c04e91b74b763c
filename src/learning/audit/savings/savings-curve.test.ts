import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { leastUnits } from '../../../base/math/statistics/few-units.ts'
import { createSavingsCurve, type RequestSaving } from './savings-curve.ts'
import { binOf } from './win-rate-bins.ts'

const at = (threshold: number) => binOf(threshold)

function curveOf(requests: readonly RequestSaving[], seed = 0) {
  const curve = createSavingsCurve({ seed, resamples: 200 })
  for (const request of requests) curve.add(request)
  return curve
}

const request = (
  winRate: number,
  paidUsd: number,
  savedUsd: number | undefined,
  day?: number,
): RequestSaving => ({
  winRate,
  paidUsd,
  savedUsd,
  day,
})

describe('createSavingsCurve', () => {
  it('adds up what lies below a threshold, by hand', () => {
    const curve = curveOf([
      request(0.1, 4, 3),
      request(0.2, 2, -1),
      request(0.3, 1, undefined),
      request(0.6, 2, 1.5),
    ])
    curve.addPaid({ paidUsd: 1, day: undefined })
    const { simpleShare, weakShare, weakRequests, savedUsd, savedShare } = curve.savingAt(at(0.5))
    expect({ simpleShare, weakShare, weakRequests, savedUsd, savedShare }).toEqual({
      simpleShare: 0.75,
      weakShare: 2 / 3,
      weakRequests: 2,
      savedUsd: 2,
      savedShare: 0.2,
    })
    expect(curve.savingAt(at(0.2)).savedUsd).toBe(3)
    expect(curve.savingAt(0)).toMatchObject({ savedUsd: 0, weakShare: 0 })
  })

  it('can be negative, and says so with its interval', () => {
    const curve = curveOf(Array.from({ length: 50 }, () => request(0.1, 1, -0.5)))
    const { savedUsd, savedUsdInterval } = curve.savingAt(at(0.2))
    expect(savedUsd).toBe(-25)
    expect(savedUsdInterval[1]).toBeLessThan(0)
  })

  it('gives the same intervals for the same seed, others for another', () => {
    const requests = Array.from({ length: 40 }, (_, index) => request(index / 40, 1, index % 3))
    const interval = (seed: number) => curveOf(requests, seed).savingAt(at(0.5)).savedUsdInterval
    expect(interval(1)).toEqual(interval(1))
    expect(interval(1)).not.toEqual(interval(2))
  })

  it('covers the true mean about as often as it says: 95 %', () => {
    const random = createRandom(3)
    const n = 200
    let covered = 0
    for (let trial = 0; trial < 200; trial++) {
      const requests = Array.from({ length: n }, () =>
        request(random.next(), 1, -Math.log(1 - random.next())),
      )
      const [low, high] = curveOf(requests, trial).savingAt(at(0.5)).savedUsdInterval
      // Below 0.5 lies half of the win rates, and the mean of the exponential is 1.
      if (low <= n / 2 && n / 2 <= high) covered++
    }
    // Binomial(200, 0.95) is outside of 180 … 199 with a chance of about 0.2 %.
    expect(covered).toBeGreaterThanOrEqual(180)
    expect(covered).toBeLessThanOrEqual(199)
  })

  it('takes the length of the log as given: equal requests have no interval', () => {
    for (const withDays of [true, false]) {
      const curve = curveOf(
        Array.from({ length: 60 }, (_, index) =>
          request(0.1, 2, 1, withDays ? Math.floor(index / 3) : undefined),
        ),
      )
      const { savedUsdInterval, savedShareInterval } = curve.savingAt(at(0.2))
      expect([...savedUsdInterval, ...(savedShareInterval ?? [])]).toEqual([60, 60, 0.5, 0.5])
    }
  })

  it('resamples days where there are enough, which is wider where days differ', () => {
    const ofDays = (withDays: boolean) =>
      Array.from({ length: leastUnits * 50 }, (_, index) => {
        const day = Math.floor(index / 50)
        return request(0.1, 1, day % 2 === 0 ? 1 : 0, withDays ? day : undefined)
      })
    const [days, requests] = [curveOf(ofDays(true)), curveOf(ofDays(false))]
    expect([days.resampled, requests.resampled]).toEqual(['days', 'requests'])
    const width = (curve: typeof days) => {
      const [low, high] = curve.savingAt(at(0.2)).savedUsdInterval
      return high - low
    }
    expect(width(days)).toBeGreaterThan(3 * width(requests))
  })

  it('resamples requests where one has no day', () => {
    const requests = Array.from({ length: 20 }, (_, day) => request(0.1, 1, 1, day))
    expect(curveOf(requests).resampled).toBe('days')
    expect(curveOf([...requests, request(0.1, 1, 1)]).resampled).toBe('requests')
  })

  it('has no shares where there is nothing', () => {
    expect(curveOf([]).savingAt(at(0.5))).toMatchObject({
      simpleShare: 0,
      weakShare: 0,
      savedUsd: 0,
      savedShare: null,
    })
  })
})

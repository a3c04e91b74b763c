import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../../base/math/random.ts'
import { createCurveSum } from '../../../../store/reader/reads/curve/curve-sum.ts'
import { isOffPlan } from './planned-share.ts'

const threshold = 0.5
const runs = 400
/** Of 5 %, with three standard errors of so many runs. */
const mostOff = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs)

/** Of that many runs: how often a share is called another one, and how often it is outside the interval of the requests alone. */
function simulate({ seed, labels, sessions, truth = 0.4, planned = truth }: Simulated) {
  const random = createRandom(seed)
  const drawStrong = (share: number) => random.next() < share
  let [off, outside] = [0, 0]
  for (let run = 0; run < runs; run++) {
    let counted = 0
    for (let label = 0; label < labels; label++) counted += Number(drawStrong(planned))
    const sum = createCurveSum()
    for (let session = 0; session < sessions; session++) {
      // The requests of a session have much in common.
      const ofSession = drawStrong(truth)
      for (let turn = 0; turn < 1 + (session % 3); turn++) {
        const isStrong = drawStrong(0.5) ? ofSession : drawStrong(truth)
        sum.addUnit(session, 1, 1)
        sum.addStep(isStrong ? 0.9 : 0.1, -0.9, -1, true)
      }
    }
    const { free } = sum.at([0, threshold, 1], threshold)
    const share = counted / labels
    if (isOffPlan({ share, by: 'comparison', sessions: labels }, free)) off++
    const [low, high] = free.strongInterval!
    if (share < low || share > high) outside++
  }
  return { off: off / runs, outside: outside / runs }
}
type Simulated = {
  readonly seed: number
  readonly labels: number
  readonly sessions: number
  readonly truth?: number
  readonly planned?: number
}

describe('isOffPlan', () => {
  it.each([
    { seed: 1, labels: 60, sessions: 200 },
    { seed: 2, labels: 300, sessions: 200 },
    { seed: 3, labels: 60, sessions: 600 },
    { seed: 4, labels: 120, sessions: 60, truth: 0.1 },
  ])('is rarely said of equal shares: %j', (simulated) => {
    const { off, outside } = simulate(simulated)
    expect(off).toBeLessThan(mostOff)
    expect(outside).toBeGreaterThan(2 * off)
  })

  it('is said of shares that differ', () => {
    expect(simulate({ seed: 5, labels: 300, sessions: 300, planned: 0.6 }).off).toBeGreaterThan(0.95)
  })

  it('is said of requests that are all decided alike only if so many sessions are rarely', () => {
    const sum = createCurveSum()
    for (let session = 0; session < 60; session++) {
      sum.addUnit(session, 1, 1)
      sum.addStep(0.9, -0.9, -1, true)
    }
    const { free } = sum.at([0, threshold, 1], threshold)
    const isOff = (share: number) => isOffPlan({ share, by: 'calibration', sessions: null }, free)
    expect(free).toMatchObject({ requests: 60, strong: 60 })
    expect([isOff(0.98), isOff(0.9)]).toEqual([false, true])
  })

  it('compares a share that was asked for as it is, and says nothing without the number of sessions', () => {
    const free = { requests: 100, strong: 50, strongInterval: [0.4, 0.6] } as const
    expect(isOffPlan({ share: 0.39, by: 'calibration', sessions: null }, free)).toBe(true)
    expect(isOffPlan({ share: 0.41, by: 'calibration', sessions: null }, free)).toBe(false)
    expect(isOffPlan({ share: 0.1, by: 'comparison', sessions: null }, free)).toBe(false)
    expect(isOffPlan({ share: 0.1, by: 'comparison', sessions: 100 }, free)).toBe(true)
    expect(isOffPlan(null, free)).toBe(false)
    expect(
      isOffPlan({ share: 0.1, by: 'calibration', sessions: null }, { ...free, strongInterval: null }),
    ).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { influenceInterval } from '../../../base/math/statistics/influence-interval.ts'
import { type SelectableRequest, type SelectionOptions, selectForLabels } from './selection.ts'

const options: SelectionOptions = { base: 0.1, active: 0.5, budget: null, seed: 's' }
const plain = { strongWinRate: null, threshold: null, drift: null, usdAtStake: null }

describe('selectForLabels', () => {
  it('gives the worth of each request by its largest part', () => {
    const requests: SelectableRequest[] = [
      { ...plain, id: 'none' },
      { ...plain, id: 'near', strongWinRate: 0.53, threshold: 0.5 },
      { ...plain, id: 'far', strongWinRate: 0.9, threshold: 0.5 },
      { ...plain, id: 'unlike', strongWinRate: 0.53, threshold: 0.5, drift: 0.995 },
      { ...plain, id: 'dear', usdAtStake: 0.03, strongWinRate: 0.62, threshold: 0.5 },
      { ...plain, id: 'cheap', usdAtStake: 0.01 },
    ]
    const selected = selectForLabels(requests, options)
    expect(selected.map(({ reason, worth }) => [reason, Math.round(worth * 1000) / 1000])).toEqual([
      ['base', 0],
      ['uncertain', 0.8],
      ['base', 0],
      ['drifting', 0.95],
      ['dear', 0.6],
      ['dear', 0.333],
    ])
    expect(selected.map(({ propensity }) => Math.round(propensity * 1000) / 1000)).toEqual([
      0.1, 0.5, 0.1, 0.575, 0.4, 0.267,
    ])
  })

  it('puts those first that are unlike the labelled prompts, if asked to, and states how likely', () => {
    const requests: SelectableRequest[] = [
      { ...plain, id: 'near', strongWinRate: 0.5, threshold: 0.5 },
      { ...plain, id: 'dear', usdAtStake: 0.01 },
      { ...plain, id: 'unlike', strongWinRate: 0.5, threshold: 0.5, drift: 0.9 },
      { ...plain, id: 'like', drift: 0.5 },
    ]
    const selected = selectForLabels(requests, { ...options, driftFirst: true })
    expect(
      selected.map(({ reason, worth, propensity }) => [reason, worth, Math.round(propensity * 1000) / 1000]),
    ).toEqual([
      ['uncertain', 0.5, 0.35],
      ['dear', 0.25, 0.225],
      ['drifting', 0.8, 0.5],
      ['base', 0, 0.1],
    ])
  })

  it('keeps to the budget on average, and puts everything up with a probability above 0', () => {
    const requests = Array.from({ length: 20_000 }, (_, index) => ({
      ...plain,
      id: `r${index}`,
      drift: index % 2,
    }))
    const selected = selectForLabels(requests, { ...options, budget: 200 })
    const expected = selected.reduce((sum, { propensity }) => sum + propensity, 0)
    expect(expected).toBeCloseTo(200, 6)
    const putUp = selected.filter(({ isPutUp }) => isPutUp)
    // 200 ± 4 standard deviations of chance
    expect(Math.abs(putUp.length - 200)).toBeLessThan(4 * Math.sqrt(200))
    expect(Math.min(...selected.map(({ propensity }) => propensity))).toBeGreaterThan(0)
    expect(putUp.filter(({ reason }) => reason === 'drifting').length).toBeGreaterThan(
      3 * putUp.filter(({ reason }) => reason === 'base').length,
    )
    expect(selectForLabels(requests, { ...options, budget: 200 })).toEqual(selected)
  })

  it('leaves estimates unbiased that weigh labels by 1/p, and only those', () => {
    const random = createRandom(20)
    const logs = 300
    const truth = 0.75
    let [covered, coveredUnweighted, bias, labels] = [0, 0, 0, 0]
    for (let log = 0; log < logs; log++) {
      // Near the threshold answers are worse: .5 there, 1 far away, .75 on average.
      const requests = Array.from({ length: 1000 }, (_, index) => {
        const distance = random.next() * 0.15
        return {
          request: { ...plain, id: `${log}-${index}`, strongWinRate: 0.5 + distance, threshold: 0.5 },
          quality: random.next() < 0.5 + distance / 0.3 ? 1 : 0,
        }
      })
      const selected = selectForLabels(
        requests.map(({ request }) => request),
        { ...options, budget: 250, seed: `${log}` },
      )
      const labelled = selected.flatMap(({ isPutUp, propensity }, index) =>
        isPutUp ? [{ quality: requests[index]!.quality, weight: 1 / propensity }] : [],
      )
      labels += labelled.length
      const weighted = estimate(labelled)
      bias += (weighted.value - truth) / logs
      if (weighted.interval[0] <= truth && truth <= weighted.interval[1]) covered++
      const { interval } = estimate(labelled.map(({ quality }) => ({ quality, weight: 1 })))
      if (interval[0] <= truth && truth <= interval[1]) coveredUnweighted++
    }
    expect(labels / logs).toBeGreaterThan(240)
    // A standard error of the mean over the logs is .0017.
    expect(Math.abs(bias)).toBeLessThan(0.006)
    expect(covered / logs).toBeGreaterThanOrEqual(0.93)
    expect(coveredUnweighted / logs).toBeLessThan(0.6)
  })
})

/** The weighted mean, and its interval of 95 % by the influence of each label. */
function estimate(labels: readonly { readonly quality: number; readonly weight: number }[]) {
  const total = labels.reduce((sum, { weight }) => sum + weight, 0)
  const value = labels.reduce((sum, { quality, weight }) => sum + weight * quality, 0) / total
  const influences = Float64Array.from(labels, ({ quality, weight }) => (weight * (quality - value)) / total)
  return { value, interval: influenceInterval(value, influences, 0.95).interval }
}

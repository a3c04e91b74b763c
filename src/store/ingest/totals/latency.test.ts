import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { addToHistogram, findPercentiles, formatHistogram, mergeHistogram } from './latency.ts'

describe('histograms of times', () => {
  it('have percentiles that are right to 5 %', () => {
    const random = createRandom(7)
    const times = Array.from({ length: 5000 }, () => Math.round(1000 * Math.exp(4 * random.next())))
    const histogram = new Map<number, number>()
    for (const time of times) addToHistogram(histogram, time, 1)
    const sorted = times.toSorted((a, b) => a - b)
    for (const fraction of [0.01, 0.5, 0.95, 1]) {
      const [found] = findPercentiles(histogram, [fraction])
      const exact = sorted[Math.ceil(fraction * sorted.length) - 1]!
      expect(Math.abs(found! / exact - 1)).toBeLessThan(0.051)
    }
  })

  it('are added, and a time can be taken out again', () => {
    const [one, other] = [new Map<number, number>(), new Map<number, number>()]
    addToHistogram(one, 1000, 1)
    addToHistogram(one, 9000, 1)
    addToHistogram(other, 1000, 1)
    addToHistogram(other, 9000, -1)
    mergeHistogram(other, formatHistogram(one))
    expect(JSON.parse(formatHistogram(other))).toEqual([[73, 2]])
    expect(findPercentiles(new Map(), [0.5])).toEqual([null])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binOf, edgeForShareBelow, edgeOf, histogramOf, winRateBins } from './win-rate-bins.ts'

const winRate = fc.double({ min: 0, max: 1, noNaN: true })

describe('binOf', () => {
  it('puts a win rate between the edges of its bin, exactly', () => {
    fc.assert(
      fc.property(winRate, (value) => {
        const bin = binOf(value)
        expect(edgeOf(bin) <= value && (bin === winRateBins || value < edgeOf(bin + 1))).toBe(true)
      }),
    )
  })

  it('puts every edge into the bin that it begins, and the number just below it into the one before', () => {
    for (let bin = 0; bin <= winRateBins; bin++) expect(binOf(edgeOf(bin))).toBe(bin)
    for (let bin = 1; bin <= winRateBins; bin++)
      expect(binOf(edgeOf(bin) * (1 - Number.EPSILON / 2))).toBe(bin - 1)
  })
})

function countsOf(winRates: readonly number[]): Float64Array {
  const counts = new Float64Array(winRateBins + 1)
  for (const value of winRates) counts[binOf(value)]!++
  return counts
}

describe('edgeForShareBelow', () => {
  it('finds the edge with the nearest share below, in the middle of a gap, and not far above the largest win rate', () => {
    const counts = countsOf([0.1, 0.2, 0.3, 0.4])
    expect(edgeOf(edgeForShareBelow(counts, 0.5))).toBeCloseTo(0.25, 3)
    expect(edgeOf(edgeForShareBelow(counts, 0))).toBeCloseTo(0.05, 3)
    expect(edgeOf(edgeForShareBelow(counts, 1))).toBe(0.4005)
    expect(edgeOf(edgeForShareBelow(countsOf([0.1, 1]), 1))).toBeLessThanOrEqual(1)
  })

  it('sends all or none of equal win rates', () => {
    const counts = countsOf([0.5, 0.5, 0.5])
    expect(edgeOf(edgeForShareBelow(counts, 0.4))).toBeLessThanOrEqual(0.5)
    expect(edgeOf(edgeForShareBelow(counts, 0.6))).toBeGreaterThan(0.5)
  })
})

describe('histogramOf', () => {
  it('counts every win rate once, in bars of one width, with an edge at the threshold', () => {
    fc.assert(
      fc.property(fc.array(winRate, { minLength: 1, maxLength: 50 }), winRate, (winRates, threshold) => {
        const bars = histogramOf(countsOf(winRates), binOf(threshold))
        expect(bars.reduce((sum, { requests }) => sum + requests, 0)).toBe(winRates.length)
        const edge = edgeOf(binOf(threshold))
        expect(bars.every(({ from, to }) => to <= edge || from >= edge)).toBe(true)
        expect(bars.length).toBeLessThanOrEqual(42)
      }),
    )
  })

  it('is empty for nothing', () => expect(histogramOf(countsOf([]), 500)).toEqual([]))
})

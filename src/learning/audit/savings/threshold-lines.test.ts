import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createSavingsCurve } from './savings-curve.ts'
import { savingsCurveLines, thresholdLines } from './threshold-lines.ts'
import { winRateBins } from './win-rate-bins.ts'

it('property: no line is above the largest win rate that occurs by more than a bin, and no two send the same requests', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (winRates) => {
        const curve = createSavingsCurve({ seed: 0, resamples: 2 })
        for (const winRate of winRates) curve.add({ winRate, paidUsd: 1, savedUsd: 0.5, day: undefined })
        const sources = { curve, months: null, labels: undefined }
        const largest = Math.max(...winRates)
        for (const lines of [thresholdLines([], sources), savingsCurveLines(sources)]) {
          for (const { threshold } of lines)
            expect(threshold).toBeLessThanOrEqual(Math.min(1, largest + 1 / winRateBins + Number.EPSILON))
          const shares = lines.map(({ weakShare }) => weakShare)
          expect(new Set(shares).size).toBe(shares.length)
        }
      },
    ),
    { seed: 1, numRuns: 200 },
  )
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thresholdForStrongFraction } from './threshold.ts'

type CalibrateCases = { readonly scores: readonly number[]; readonly thresholds: Record<string, number> }

const golden: CalibrateCases = JSON.parse(
  readFileSync(new URL('../../../test/golden/calibrate_cases.json', import.meta.url), 'utf8'),
)

describe('thresholdForStrongFraction', () => {
  const sorted = Float64Array.from(golden.scores).sort()

  it('has golden cases to agree with', () => {
    expect(Object.keys(golden.thresholds)).toHaveLength(5)
  })

  it.each(Object.entries(golden.thresholds))('agrees with upstream at %s', (fraction, threshold) => {
    expect(Math.abs(thresholdForStrongFraction(sorted, Number(fraction)) - threshold)).toBeLessThanOrEqual(
      1e-12,
    )
  })

  it('sends the asked share of distinct win rates to the strong model, up to one prompt', () => {
    for (const fraction of [0.013, 0.2, 0.5, 0.77, 1]) {
      const threshold = thresholdForStrongFraction(sorted, fraction)
      const strongCalls = sorted.filter((winRate) => winRate >= threshold).length
      expect(Math.abs(strongCalls - fraction * sorted.length)).toBeLessThanOrEqual(1)
    }
  })

  it('never rises when more strong calls are asked for', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fraction, fraction, (one, other) => {
        const [fewer, more] = one < other ? [one, other] : [other, one]
        expect(thresholdForStrongFraction(sorted, more)).toBeLessThanOrEqual(
          thresholdForStrongFraction(sorted, fewer),
        )
      }),
      { seed: 1 },
    )
  })

  it('refuses a percentage with a hint, and what is no share at all', () => {
    expect(() => thresholdForStrongFraction([0, 1], 50)).toThrow('Did you mean 0.5?')
    for (const fraction of [-0.1, 1.001, 101, Number.NaN]) {
      expect(() => thresholdForStrongFraction([0, 1], fraction)).toThrow(
        expect.objectContaining({ code: 'invalid-strong-fraction' }),
      )
    }
  })
})

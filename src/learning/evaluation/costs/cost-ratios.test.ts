import { describe, expect, it } from 'vitest'
import { benefitCostRatio, qualityCostRatio } from './cost-ratios.ts'
import { resourceCurve } from './resource-curve.ts'

describe('ratios', () => {
  const strong = { score: 80, usdPerQuery: 0.01 }
  const weak = { score: 60, usdPerQuery: 0.001 }

  it('gives score per dollar of a thousand queries', () => {
    expect(qualityCostRatio(80, 0.01)).toBe(8)
  })

  it('is 1 for the strong model and for random, 2 for twice the gain', () => {
    expect(benefitCostRatio(strong, strong, weak)).toBeCloseTo(1, 12)
    expect(benefitCostRatio({ score: 70, usdPerQuery: 0.0055 }, strong, weak)).toBeCloseTo(1, 12)
    expect(benefitCostRatio({ score: 80, usdPerQuery: 0.0055 }, strong, weak)).toBeCloseTo(2, 12)
  })

  it('does not let cheap noise win', () => {
    const lucky = { score: 60.02, usdPerQuery: 0.001_000_9 } // 0.1 % of the gain for 0.01 % of the cost
    expect(benefitCostRatio(lucky, strong, weak)).toBeCloseTo(0.001 / 0.05, 9)
    expect(benefitCostRatio(lucky, strong, weak, { costFloor: 1e-6 })).toBeCloseTo(10, 6)
  })

  it('weighs cost by the exponent', () => {
    const half = { score: 80, usdPerQuery: 0.0055 }
    expect(benefitCostRatio(half, strong, weak, { exponent: 2 })).toBeCloseTo(4, 12)
  })

  it('needs a trade-off', () => {
    expect(() => benefitCostRatio(strong, weak, strong)).toThrow(/better and more expensive/)
    expect(() => benefitCostRatio(strong, strong, weak, { costFloor: 0 })).toThrow(/floor/)
  })
})

describe('resourceCurve', () => {
  const rows = [
    { prompt: 'long and hard', strongScore: 100, weakScore: 0 },
    { prompt: 'short', strongScore: 100, weakScore: 100 },
  ]

  it('sees that the prompts sent first cost more', () => {
    const curve = resourceCurve(rows, [0.9, 0.1], [8, 2], [1, 1])
    expect(
      curve.map(({ strongCallPercent, score, perQuery }) => [strongCallPercent, score, perQuery]),
    ).toEqual([
      [0, 50, 1],
      [50, 100, 4.5],
      [100, 100, 5],
    ])
  })

  it('refuses values that do not fit', () => {
    expect(() => resourceCurve(rows, [0.9, 0.1], [8], [1, 1])).toThrow(/got 1 for 2 rows/)
    expect(() => resourceCurve(rows, [0.9, 0.1], [8, Number.NaN], [1, 1])).toThrow(/NaN on row 2/)
  })
})

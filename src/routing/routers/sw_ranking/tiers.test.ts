import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eloRatings, tiersOfRatings } from './tiers.ts'

const variance = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
}

/** The least sum of variances over every division of sorted values into at most `tiers` runs. */
function leastCost(sorted: readonly number[], tiers: number): number {
  if (tiers === 1 || sorted.length === 1) return variance(sorted)
  const costs = sorted
    .slice(1)
    .map((_, i) => leastCost(sorted.slice(0, i + 1), tiers - 1) + variance(sorted.slice(i + 1)))
  return Math.min(...costs)
}

describe('tiers', () => {
  it('part where the gaps are, the best tier being 0', () => {
    expect([...tiersOfRatings([1000, 1302, 1001, 1100, 1300], 3)]).toEqual([2, 0, 2, 1, 0])
  })

  it('are one per model where there are no more models than tiers', () => {
    expect([...tiersOfRatings([900, 1100], 10)]).toEqual([1, 0])
    expect([...tiersOfRatings([900], 10)]).toEqual([0])
  })

  it('have the least sum of variances of all divisions, and every number is used', () => {
    const ratings = fc.uniqueArray(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(ratings, fc.integer({ min: 1, max: 5 }), (values, tierCount) => {
        const tiers = tiersOfRatings(values, tierCount)
        const groups = groupsOf(values, tiers)
        expect(groups.every((group) => group.length > 0)).toBe(true)
        expect(groups.length).toBeLessThanOrEqual(tierCount)
        const cost = groups.reduce((sum, group) => sum + variance(group), 0)
        expect(cost).toBeCloseTo(
          leastCost(
            [...values].sort((a, b) => b - a),
            tierCount,
          ),
          6,
        )
      }),
    )
  })
})

function groupsOf(values: readonly number[], tiers: Int32Array): number[][] {
  return Array.from({ length: Math.max(...tiers) + 1 }, (_, tier) =>
    values.filter((_, i) => tiers[i] === tier),
  )
}

describe('Elo ratings', () => {
  it('lie 400 points apart at odds of 10 to 1, around 1,000; a tie is half a victory for each', () => {
    const outcomes = [...new Array(9).fill(0), 2, 2]
    const count = outcomes.length
    const [a, b] = eloRatings(2, {
      modelA: new Int32Array(count),
      modelB: new Int32Array(count).fill(1),
      outcomes: Uint8Array.from(outcomes),
      prompts: new Int32Array(count),
      weights: new Float32Array(count).fill(1),
    })
    expect(a! - b!).toBeCloseTo(400, 1)
    expect(a! + b!).toBeCloseTo(2000, 6)
  })
})

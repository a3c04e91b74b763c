import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { averageImprovementInQuality, nonDecreasingConvexHull, routerArenaScore, zeroRouter } from './pool.ts'

const point = (cost: number, quality: number) => ({ cost, quality })

describe('nonDecreasingConvexHull', () => {
  it('keeps what mixing cannot reach more cheaply', () => {
    const hull = nonDecreasingConvexHull([
      point(4, 7),
      point(1, 1),
      point(2, 5),
      point(3, 5.5),
      point(5, 6),
      point(2, 2),
    ])
    expect(hull).toEqual([point(1, 1), point(2, 5), point(4, 7)])
  })

  it('drops points on a straight line and dearer equals', () => {
    expect(nonDecreasingConvexHull([point(1, 1), point(2, 2), point(3, 3), point(4, 3)])).toEqual([
      point(1, 1),
      point(3, 3),
    ])
    expect(nonDecreasingConvexHull([point(1, 1), point(1, 4), point(1, 2)])).toEqual([point(1, 4)])
  })

  it('lies on or above every point, rises, and bends down', () => {
    const points = fc.array(
      fc.record({ cost: fc.integer({ min: 0, max: 9 }), quality: fc.integer({ min: 0, max: 9 }) }),
      {
        minLength: 1,
        maxLength: 12,
      },
    )
    const property = fc.property(points, (given) => {
      const hull = nonDecreasingConvexHull(given)
      const slopes = hull.slice(1).map((to, i) => (to.quality - hull[i]!.quality) / (to.cost - hull[i]!.cost))
      expect(slopes.every((slope, i) => slope > 0 && (i === 0 || slope < slopes[i - 1]!))).toBe(true)
      for (const { cost, quality } of given) {
        const after = hull.findIndex((vertex) => vertex.cost >= cost)
        const [from, to] = after <= 0 ? [hull.at(after)!, hull.at(after)!] : [hull[after - 1]!, hull[after]!]
        const height =
          to.cost === from.cost
            ? to.quality
            : from.quality + ((cost - from.cost) / (to.cost - from.cost)) * (to.quality - from.quality)
        expect(height).toBeGreaterThanOrEqual(quality - 1e-9)
      }
    })
    fc.assert(property, { seed: 2 })
  })
})

describe('averageImprovementInQuality', () => {
  const hull = [point(1, 2), point(3, 6)]

  it('averages the hull over the range, level beyond its end and 0 before its start', () => {
    expect(averageImprovementInQuality(hull, { minCost: 1, maxCost: 3 })).toBe(4)
    expect(averageImprovementInQuality(hull, { minCost: 1, maxCost: 5 })).toBe(5)
    expect(averageImprovementInQuality(hull, { minCost: 0, maxCost: 4 })).toBe((0 + 8 + 6) / 4)
    expect(averageImprovementInQuality(hull, { minCost: 2, maxCost: 3 })).toBe(5)
    expect(averageImprovementInQuality([point(1, 2)], { minCost: 1, maxCost: 2 })).toBe(2)
  })

  it('says whether a router beats blind mixing of the models', () => {
    const range = { minCost: 1, maxCost: 3 }
    const router = [...hull, point(2, 5)]
    expect(averageImprovementInQuality(router, range)).toBeGreaterThan(
      averageImprovementInQuality(zeroRouter(hull), range),
    )
  })

  it('refuses an empty range and no points', () => {
    expect(() => averageImprovementInQuality(hull, { minCost: 2, maxCost: 2 })).toThrow(
      /not empty, got 2 to 2/,
    )
    expect(() => nonDecreasingConvexHull([])).toThrow(/at least one/)
    expect(() => nonDecreasingConvexHull([point(Number.NaN, 1)])).toThrow(/Point 1 costs NaN/)
  })
})

describe('routerArenaScore', () => {
  it('gives the score published for 47.04 % at $0.27', () => {
    expect(routerArenaScore(47.04, 0.27)).toBeCloseTo(48.07, 1)
  })

  it('is 100 at best, 0 where either is 0, and holds cost within its range', () => {
    expect(routerArenaScore(100, 0.0044)).toBeCloseTo(100, 10)
    expect(routerArenaScore(100, 0.0001)).toBeCloseTo(100, 10)
    expect(routerArenaScore(0, 1)).toBe(0)
    expect(routerArenaScore(80, 500)).toBe(0)
    expect(() => routerArenaScore(80, 0)).toThrow(/cost above 0/)
  })
})

import { describe, expect, it } from 'vitest'
import { costQualitySvg } from './cost-quality-svg.ts'

const chart = {
  heading: 'A & B',
  points: [
    { name: 'frugal <1>', usd: 0.002, score: 0.8, scoreInterval: [0.7, 0.9] as const, isModel: false },
    { name: 'large', usd: 0.02, score: 0.9, isModel: true },
    { name: 'small', usd: 0.0002, score: 0.6, isModel: true },
  ],
  curves: [
    {
      name: 'swept',
      points: [
        { usd: 0.0002, score: 0.6 },
        { usd: 0.02, score: 0.9 },
      ],
    },
  ],
}

/** The places of the circles: [x, y]. */
function circles(svg: string): number[][] {
  return [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)])
}

describe('costQualitySvg', () => {
  const svg = costQualitySvg(chart)

  it('places dollars on a logarithmic scale and scores on a linear one', () => {
    const [frugal, large, small] = circles(svg) as [number, number][]
    // Ten times the dollars are as far on the one side as on the other; .8 is two thirds of the way from .6 to .9.
    expect(large![0]! - frugal![0]!).toBeCloseTo(frugal![0]! - small![0]!, 0)
    expect((small![1]! - frugal![1]!) / (small![1]! - large![1]!)).toBeCloseTo(2 / 3, 2)
  })

  it('names models and policies beside their points, curves in the legend, and escapes names', () => {
    for (const text of ['>large<', '>small<', '>frugal &lt;1&gt;<', '>swept<', 'A &amp; B'])
      expect(svg).toContain(text)
    expect(svg).not.toContain('<1>')
  })

  it('keeps the intervals within the plot', () => {
    const ends = [
      ...svg.matchAll(/class="interval" x1="[\d.]+" x2="[\d.]+" y1="([\d.]+)" y2="([\d.]+)"/g),
    ].flatMap(([, one, other]) => [Number(one), Number(other)])
    expect(ends).toHaveLength(2)
    for (const end of ends) {
      expect(end).toBeGreaterThanOrEqual(24)
      expect(end).toBeLessThanOrEqual(424)
    }
  })

  it('draws one point alone', () => {
    expect(
      circles(costQualitySvg({ ...chart, points: chart.points.slice(0, 1), curves: [] }))
        .flat()
        .every(Number.isFinite),
    ).toBe(true)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Candidate } from '../choice.ts'
import { findWay, shareFrom, type WayFacts } from './way.ts'

function priced(name: string, usd: number | null): Candidate {
  return { model: { name, provider: 'p', upstream: name }, usd, excluded: null }
}

function facts(more: Partial<WayFacts> = {}): WayFacts {
  return {
    strongWinRate: null,
    hardFrom: 0.8,
    easyBelow: 0.1,
    strong: priced('large', 20),
    weak: priced('small', 1),
    escalatedShare: 0.4,
    weakCalls: 1,
    separation: null,
    threshold: 0.4,
    weakSeconds: 3,
    strongSeconds: 1,
    maxSeconds: null,
    ...more,
  }
}

describe('the way of a request', () => {
  it.each([
    [null, 'cascade'],
    [0.8, 'strong'],
    [0.79, 'cascade'],
    [0.1, 'cascade'],
    [0.09, 'weak'],
  ] as const)('at a win rate of %s by the prompt is %s', (strongWinRate, way) => {
    expect(findWay(facts({ strongWinRate }))).toBe(way)
  })

  it.each([
    ['1 + 0.4 · 20 = 9 < 20', 20, 1, 0.4, 1, 'cascade'],
    ['4 + 0.4 · 5 = 6 > 5: the cascade costs more than the strong model alone', 5, 4, 0.4, 1, 'strong'],
    ['3 + 0.4 · 5 = 5, which saves nothing', 5, 3, 0.4, 1, 'strong'],
    ['3 · 3 + 0.4 · 20 = 17 < 20', 20, 3, 0.4, 3, 'cascade'],
    ['3 · 5 + 0.4 · 20 = 23 > 20: the further answers cost too much', 20, 5, 0.4, 3, 'strong'],
    ['0 + 1 · 20, which saves nothing', 20, 0, 1, 1, 'strong'],
    ['an unpriced model: dollars are not known', null, 1, 0.4, 1, 'cascade'],
    ['a request of which nothing is known', 0, 0, 0.4, 1, 'cascade'],
  ] as const)('%s', (_what, strongUsd, weakUsd, escalatedShare, weakCalls, way) => {
    const candidates = { strong: priced('large', strongUsd), weak: priced('small', weakUsd) }
    expect(findWay(facts({ ...candidates, escalatedShare, weakCalls }))).toBe(way)
  })

  it.each([
    [4, 'cascade'],
    [3.9, 'strong'],
  ] as const)('of 3 s for the answer and 1 s for the strong model within %s s is %s', (maxSeconds, way) => {
    expect(findWay(facts({ maxSeconds }))).toBe(way)
  })

  it.each([
    ['a verifier that tells much', { strongWinRate: 0.4, separation: 2 }, 'cascade'],
    [
      'a verifier that tells nothing, for a prompt that looks hard',
      { strongWinRate: 0.6, separation: 0 },
      'strong',
    ],
    [
      'a verifier that tells nothing, for a prompt that looks easy',
      { strongWinRate: 0.2, separation: 0 },
      'weak',
    ],
    [
      'a strong model that costs hardly more',
      { strongWinRate: 0.4, separation: 2, strong: priced('large', 1.2) },
      'strong',
    ],
  ] as const)('with %s is the one of the fewest dollars at equal quality', (_what, more, way) => {
    expect(findWay(facts({ hardFrom: 1, easyBelow: 0, ...more }))).toBe(way)
  })

  it('is never a cascade that is expected to cost as much as the strong model', () => {
    const usd = fc.double({ min: 0.001, max: 100, noNaN: true })
    fc.assert(
      fc.property(usd, usd, fc.double({ min: 0, max: 1, noNaN: true }), (strong, weak, escalatedShare) => {
        const way = findWay(
          facts({ strong: priced('large', strong), weak: priced('small', weak), escalatedShare }),
        )
        expect(way === 'cascade').toBe(weak + escalatedShare * strong < strong)
      }),
      { seed: 7 },
    )
  })
})

describe('the share of quantiles from a threshold on', () => {
  it.each([
    [0, 1],
    [0.2, 1],
    [0.3, 0.75],
    [0.4, 0.5],
    [0.7, 0.25],
    [1, 0],
    [2, 0],
  ])('of 0.2, 0.4, 1 from %s is %s', (threshold, share) => {
    expect(shareFrom([0.2, 0.4, 1], threshold)).toBeCloseTo(share, 12)
  })

  it('of one value is all or nothing', () => {
    expect([shareFrom([0.5], 0.5), shareFrom([0.5], 0.6)]).toEqual([1, 0])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findAverageAnswer } from './average-answer.ts'
import { findWay, type WayFacts } from './way.ts'

/** Win rates from 0 to 0.8, each as often: the mean is 0.4; of 0.4 and more half; the others lose 0.5 · 0.2 = 0.1. */
const average = findAverageAnswer([0, 0.8], 0.4)

function facts(more: Partial<WayFacts> = {}): WayFacts {
  return {
    strongWinRate: null,
    hardFrom: Number.POSITIVE_INFINITY,
    easyBelow: 0,
    strongUsd: 20,
    weakUsd: 1,
    weakCalls: 1,
    separation: 2,
    average,
    threshold: 0.4,
    weakSeconds: 3,
    strongSeconds: 1,
    maxSeconds: null,
    ...more,
  }
}

const bounds = { hardFrom: 0.8, easyBelow: 0.1 }
const percents = Array.from({ length: 101 }, (_, percent) => percent / 100)

describe('the way of a request with bounds', () => {
  it.each([
    [0.8, 'bound', 'strong'],
    [0.4, 'dollars', 'cascade'],
    [0.09, 'bound', 'weak'],
  ] as const)('at a win rate of %s by the prompt is decided by %s: %s', (strongWinRate, kind, way) => {
    expect(findWay(facts({ ...bounds, strongWinRate }))).toMatchObject({ kind, way })
  })

  it('keeps to them whatever the dollars say', () => {
    const near = { hardFrom: 0.3, easyBelow: 0.3 }
    expect(findWay(facts({ strongWinRate: 0.3, separation: 9 })).way).toBe('cascade')
    expect(findWay(facts({ ...near, strongWinRate: 0.3, separation: 9 })).way).toBe('strong')
    expect(findWay(facts({ ...near, strongWinRate: 0.29, separation: 9 })).way).toBe('weak')
  })
})

describe('the way of a request by its prompt', () => {
  it.each([
    [1, 'strong'],
    [0.97, 'strong'],
    [0.4, 'cascade'],
    [0.01, 'weak'],
    [0, 'weak'],
  ] as const)('at prices of 1 : 20 and a win rate of %s is %s', (strongWinRate, way) => {
    expect(findWay(facts({ strongWinRate, separation: 1.2 })).way).toBe(way)
  })

  it('is never a cascade at prices of 1 : 1.2', () => {
    for (const strongWinRate of percents)
      expect(findWay(facts({ strongWinRate, strongUsd: 1.2 })).way, `${strongWinRate}`).not.toBe('cascade')
  })

  it('is never a cascade if reading the answer tells nothing', () => {
    for (const strongWinRate of percents)
      expect(findWay(facts({ strongWinRate, separation: 0 })).way, `${strongWinRate}`).not.toBe('cascade')
  })
})

describe('the way of a request without a router', () => {
  it.each([
    ['1 + 0.5 · 20 + 50 · 0.1 = 16 < 0.95 · 20', 20, 1, 1, 'cascade'],
    ['3 · 1 + 0.5 · 20 + 50 · 0.1 = 18 < 0.95 · 20', 20, 1, 3, 'cascade'],
    ['4 · 1 + 0.5 · 20 + 50 · 0.1 = 19, which does not save 5 %', 20, 1, 4, 'strong'],
    ['1 + 0.5 · 1.2 + 3 · 0.1 = 1.9 > 1.2', 1.2, 1, 1, 'strong'],
    ['0 + 0.5 · 1 + 2.5 · 0.1 = 0.75 < 0.95 · 1: the weak model is free', 1, 0, 1, 'cascade'],
    ['the strong model is free', 0, 1, 1, 'strong'],
  ] as const)('%s', (_what, strongUsd, weakUsd, weakCalls, way) => {
    expect(findWay(facts({ strongUsd, weakUsd, weakCalls }))).toMatchObject({ kind: 'dollars', way })
  })

  it('is the weak model alone if its answers are hardly ever escalated', () => {
    // Win rates from 0 to 0.2: alone 1 + 50 · 0.1 = 6; read it costs the same, and nothing is gained.
    const easy = findAverageAnswer([0, 0.2], 0.4)
    expect(findWay(facts({ average: easy }))).toEqual({
      kind: 'dollars',
      way: 'weak',
      costs: { weak: 6, cascade: 6, strong: 20 },
    })
  })

  it('is a cascade only if that is expected to cost less than either model', () => {
    const usd = fc.double({ min: 0.001, max: 100, noNaN: true })
    const winRate = fc.double({ min: 0.01, max: 1, noNaN: true })
    fc.assert(
      fc.property(usd, usd, winRate, winRate, winRate, (strongUsd, weakUsd, threshold, one, other) => {
        const quantiles = [Math.min(one, other), Math.max(one, other)]
        const average = findAverageAnswer(quantiles, threshold)
        const decided = findWay(facts({ strongUsd, weakUsd, threshold, average }))
        if (decided.kind !== 'dollars') throw new Error(decided.kind)
        const { strong, weak, cascade } = decided.costs
        expect(decided.way === 'cascade').toBe(cascade < 0.95 * Math.min(strong, weak))
      }),
      { seed: 7 },
    )
  })
})

describe('the way of a request of which the dollars are not known', () => {
  it.each([
    ['an unpriced strong model', { strongUsd: null }],
    ['an unpriced weak model', { weakUsd: null }],
    ['free models', { strongUsd: 0, weakUsd: 0 }],
    ['an unpriced model and a prompt that looks easy', { strongUsd: null, strongWinRate: 0.01 }],
  ])('%s is the cascade that is configured', (_what, more) => {
    expect(findWay(facts(more))).toEqual({ kind: 'no-dollars', way: 'cascade' })
  })
})

describe('the way of a request within a limit of seconds', () => {
  it.each([
    [4, 0.3, 'dollars', 'cascade'],
    [3.9, 0.3, 'seconds', 'weak'],
    [3.9, 0.5, 'seconds', 'strong'],
    [3.9, null, 'seconds', 'strong'],
  ] as const)(
    'for 3 + 1 s within %s s, with the win rate %s, is decided by %s: %s',
    (maxSeconds, strongWinRate, kind, way) => {
      expect(findWay(facts({ maxSeconds, strongWinRate }))).toMatchObject({ kind, way })
    },
  )
})

it('at the threshold 0 the strong model answers, as no answer would be kept', () => {
  expect(findWay(facts({ threshold: 0 }))).toEqual({ kind: 'no-answer-kept', way: 'strong' })
})

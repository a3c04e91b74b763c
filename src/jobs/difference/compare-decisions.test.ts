import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDecisions, type ScoredRequest } from './compare-decisions.ts'

const request = (id: string, from: number, to: number, more: Partial<ScoredRequest> = {}): ScoredRequest => ({
  id,
  time: 1000,
  task: 'look-up',
  prompt: null,
  winRates: { from, to },
  session: id,
  usd: { strong: 10, weak: 1 },
  ...more,
})

describe('the difference of two versions', () => {
  it('counts who stays and who moves, and adds up the dollars', () => {
    const difference = compareDecisions(
      [
        request('a', 0.5, 0.9, { time: 1 }),
        request('b', 0.5, 0.1, { time: 2, task: 'proof' }),
        request('c', 0.1, 0.6, { time: 3, usd: { strong: 20, weak: 2 } }),
        request('d', 0.1, 0.2, { time: 4, session: 'a' }),
        request('e', 0.9, 0.2, { time: 5, usd: null, task: null }),
      ],
      { from: 0.5, to: 0.6 },
    )
    expect(difference).toEqual({
      requests: 5,
      sessions: 4,
      time: [1, 5],
      table: { strongStrong: 1, strongWeak: 2, weakStrong: 1, weakWeak: 1 },
      usd: { from: 10 + 10 + 2 + 1, to: 10 + 1 + 20 + 1, difference: 9, interval: null, unpriced: 1 },
      tasks: [
        { task: 'look-up', requests: 3, toStrong: 1, toWeak: 0 },
        { task: null, requests: 1, toStrong: 0, toWeak: 1 },
        { task: 'proof', requests: 1, toStrong: 0, toWeak: 1 },
      ],
      moved: [
        {
          ...{ id: 'e', time: 5, task: null, prompt: null, winRates: { from: 0.9, to: 0.2 } },
          ...{ moves: 'to-weak', usd: null },
        },
        {
          ...{ id: 'c', time: 3, task: 'look-up', prompt: null, winRates: { from: 0.1, to: 0.6 } },
          ...{ moves: 'to-strong', usd: 18 },
        },
        {
          ...{ id: 'b', time: 2, task: 'proof', prompt: null, winRates: { from: 0.5, to: 0.1 } },
          ...{ moves: 'to-weak', usd: -9 },
        },
      ],
    })
  })

  it('takes sessions as the units of the interval', () => {
    const turns = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        request(`r${index}`, 0.5, index % 3 === 0 ? 0.1 : 0.5, { session: `s${index % 20}` }),
      )
    const { usd } = compareDecisions(turns(60), { from: 0.5, to: 0.5 })
    expect(usd.difference).toBe(-180)
    // Each session has three turns, one of which moves: all sessions say the same.
    expect(usd.interval?.[0]).toBeCloseTo(-180, 9)
    expect(usd.interval?.[1]).toBeCloseTo(-180, 9)
    const apart = compareDecisions(
      turns(60).map((each) => ({ ...each, session: each.id })),
      { from: 0.5, to: 0.5 },
    )
    expect(apart.usd.interval![0]).toBeLessThan(-200)
    expect(apart.usd.interval![1]).toBeGreaterThan(-160)
  })

  it('a version differs in nothing from itself; a higher threshold moves nothing to the strong model', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(rate), rate, rate, (rates, one, other) => {
        const requests = rates.map((each, index) => request(String(index), each, each))
        const same = compareDecisions(requests, { from: one, to: one })
        expect([same.moved, same.usd.difference]).toEqual([[], 0])
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const { table, usd } = compareDecisions(requests, { from: low, to: high })
        expect(table.weakStrong).toBe(0)
        expect(table.strongWeak + table.strongStrong + table.weakWeak).toBe(rates.length)
        expect(usd.difference).toBeLessThanOrEqual(0)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import { raiseThreshold } from '../../routing/policies/pacing.ts'
import { createMemoryLedger } from './memory/memory-ledger.ts'
import { findPace } from './pace.ts'

describe('findPace', () => {
  it('is 1 on the even line and behind it, and rises smoothly ahead of it', () => {
    expect(findPace(0, 0)).toBe(1)
    expect(findPace(0.5, 0.5)).toBe(1)
    expect(findPace(0.2, 0.5)).toBe(1)
    expect(findPace(0.55, 0.5)).toBeCloseTo((0.5 / 0.45) ** 4, 12)
    expect(findPace(0.75, 0.5)).toBe(16)
    expect(findPace(1, 0.5)).toBe(1000)
    expect(findPace(1.5, 0.5)).toBe(1000)
    expect(findPace(1, 1)).toBe(1)
  })
})

/** A day of requests to a pair, at even times or all within office hours. */
type Day = {
  /** What the day would cost without a budget, by the budget. */
  readonly demand: number
  readonly isPaced: boolean
  readonly hours?: readonly [from: number, to: number]
}

const strongUsd = 0.02
const weakUsd = 0.001
const threshold = 0.5
const requests = 4000

function simulate({ demand, isPaced, hours = [0, 24] }: Day) {
  const random = createRandom(20)
  const midnight = Date.UTC(2026, 10, 28)
  let time = midnight
  const usdPerDay = (requests * (strongUsd + weakUsd)) / 2 / demand
  const account = {
    ...{ id: 'key:web', label: 'the key "web"', requestsPerMinute: null, tokensPerMinute: null },
    ...{ usdPerDay, usdPerMonth: null, isPaced },
  }
  const ledger = createMemoryLedger(() => time)
  let [refused, strong, usd, refusedFrom] = [0, 0, 0, Number.NaN]
  for (let index = 0; index < requests; index++) {
    const hour = hours[0] + ((hours[1] - hours[0]) * index) / requests
    time = midnight + hour * 3_600_000
    const isStrong = random.next() >= raiseThreshold(threshold, ledger.pace([account])?.factor ?? 1)
    const estimate = isStrong ? strongUsd : weakUsd
    const answer = ledger.reserve([account], { tokens: 0, usd: estimate, leastUsd: estimate })
    if (answer instanceof Promise) throw new Error('a ledger in memory answers at once')
    if (answer.kind === 'refused') {
      refused++
      if (Number.isNaN(refusedFrom)) refusedFrom = hour
      continue
    }
    if (isStrong) strong++
    // Replies are from half as long to half again as long as expected.
    const used = estimate * (0.5 + random.next())
    usd += used
    answer.settle({ tokens: 0, usd: used })
  }
  return { refused: refused / requests, strong: strong / requests, spent: usd / usdPerDay, refusedFrom }
}

describe('a simulated day', () => {
  const days = [
    // demand, share of refused requests without pacing, and with it
    [1.2, 0.18, 0],
    [1.5, 0.34, 0],
    [2, 0.5, 0],
    [3, 0.67, 0],
    [5, 0.79, 0.1],
  ] as const

  it.each(days)(
    'that would cost %d times its budget: %d of its requests are refused, %d with pacing',
    (demand, without, with_) => {
      const plain = simulate({ demand, isPaced: false })
      const paced = simulate({ demand, isPaced: true })
      expect(plain.refused).toBeCloseTo(without, 2)
      expect(paced.refused).toBeCloseTo(with_, 2)
      expect(plain.refusedFrom).toBeLessThan(paced.refused === 0 ? 24 : paced.refusedFrom)
      for (const { spent } of [plain, paced]) expect(Math.abs(spent - 1)).toBeLessThan(0.001)
      // A budget that does not last answers more prompts by the strong model, until there are no answers at all.
      expect(paced.strong).toBeLessThan(plain.strong)
      expect(paced.strong).toBeGreaterThan(0.6 * plain.strong)
    },
  )

  it('within its budget is hardly changed, also if all of its requests come within ten hours', () => {
    for (const hours of [
      [0, 24],
      [8, 18],
    ] as const) {
      const plain = simulate({ demand: 0.8, isPaced: false, hours })
      const paced = simulate({ demand: 0.8, isPaced: true, hours })
      expect([plain.refused, paced.refused]).toEqual([0, 0])
      expect(plain.strong - paced.strong).toBeLessThan(0.02)
    }
  })

  it('of ten busy hours that would cost twice its budget leaves a ninth of it unspent', () => {
    const { refused, spent } = simulate({ demand: 2, isPaced: true, hours: [8, 18] })
    expect(refused).toBe(0)
    expect(spent).toBeCloseTo(0.89, 2)
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Account } from '../account.ts'
import type { Reservation } from '../ledger.ts'
import { createMemoryLedger } from './memory-ledger.ts'

const unlimited: Account = {
  id: 'key:web',
  label: 'the key "web"',
  requestsPerMinute: null,
  tokensPerMinute: null,
  usdPerDay: null,
  usdPerMonth: null,
  isPaced: true,
}

/** One of: a request arrives, the oldest or the newest one in flight is over, time goes on. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('arrive' as const),
    usd: fc.double({ min: 0.2, max: 2, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({ kind: fc.constant('end' as const), newest: fc.boolean() }),
  fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 8000 }) }),
)

it('spends no more than the budgets of a day and of a month, in any order of reservations and settlements', () => {
  let refusals = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 80 }), (steps) => {
      let time = Date.UTC(2026, 10, 27)
      const account = { ...unlimited, usdPerDay: 4, usdPerMonth: 6 }
      const ledger = createMemoryLedger(() => time)
      const open: { reservation: Reservation; usd: number; at: number }[] = []
      const spent = new Map<string, number>()
      for (const each of steps) {
        if (each.kind === 'wait') time += each.seconds * 1000
        else if (each.kind === 'arrive') {
          const answer = ledger.reserve([account], { tokens: 0, usd: each.usd, leastUsd: each.usd })
          if (answer instanceof Promise) throw new Error('a ledger in memory answers at once')
          if (answer.kind === 'refused') refusals++
          else open.push({ reservation: answer, usd: each.usd * each.share, at: time })
        } else {
          const ended = each.newest ? open.pop() : open.shift()
          if (ended === undefined) continue
          ended.reservation.settle({ tokens: 0, usd: ended.usd })
          const day = new Date(ended.at).toISOString().slice(0, 10)
          for (const period of [day, day.slice(0, 7)]) spent.set(period, (spent.get(period) ?? 0) + ended.usd)
        }
        expect(ledger.leftUsd([account])).toBeGreaterThanOrEqual(0)
      }
      for (const [period, usd] of spent) expect(usd).toBeLessThanOrEqual((period.length > 7 ? 4 : 6) + 1e-6)
    }),
    { seed: 17, numRuns: 300 },
  )
  expect(refusals).toBeGreaterThan(500)
})

it('admits no more than the limits in any 60 seconds, whatever the spacing of requests', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 5, maxLength: 60 }), (gaps) => {
      let time = 1_000_000_123
      const ledger = createMemoryLedger(() => time)
      const account = { ...unlimited, requestsPerMinute: 4, tokensPerMinute: 90 }
      const admitted: number[] = []
      for (const gap of gaps) {
        time += gap
        const answer = ledger.reserve([account], { tokens: 30, usd: 0, leastUsd: 0 })
        if (!(answer instanceof Promise) && answer.kind === 'reserved') admitted.push(time)
      }
      for (const start of admitted)
        expect(admitted.filter((at) => at >= start && at < start + 60_000).length).toBeLessThanOrEqual(3)
    }),
    { seed: 18, numRuns: 300 },
  )
})

it('is right about when a refused request is admitted, to the second', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 3, maxLength: 30 }), (gaps) => {
      let time = 1_000_000_000
      const ledger = createMemoryLedger(() => time)
      const account = { ...unlimited, requestsPerMinute: 3 }
      const one = { tokens: 0, usd: 0, leastUsd: 0 }
      for (const gap of gaps) {
        time += gap
        const refusal = ledger.findRefusal([account], one)
        if (refusal === null) ledger.reserve([account], one)
        else {
          const { retryAfterSeconds } = refusal
          const refusedAt = time
          time = refusedAt + ((retryAfterSeconds ?? 0) - 1.001) * 1000
          if (time > refusedAt) expect(ledger.findRefusal([account], one)).not.toBeNull()
          time = refusedAt + (retryAfterSeconds ?? 0) * 1000
          expect(ledger.findRefusal([account], one)).toBeNull()
        }
      }
    }),
    { seed: 19, numRuns: 300 },
  )
})

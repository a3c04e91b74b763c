import { describe, expect, it } from 'vitest'
import { toKeyAccount } from '../../../../gateway/accounts/accounts.ts'
import { createMemoryLedger } from '../../../../gateway/accounts/memory/memory-ledger.ts'
import type { RequestRecord } from '../../../../gateway/request-record.ts'
import type { CertificateStatus } from '../../../../routing/certificate/certificate.ts'
import { createBudgetRule } from './budgets.ts'
import { createCertificateRule } from './certificates.ts'
import { createErrorRateRule } from './error-rate.ts'

describe('the rate of errors', () => {
  const limit = { above: 0.1, minutes: 5, leastRequests: 20 }
  const start = () => {
    let now = 1_000_000_000
    const rule = createErrorRateRule(
      () => limit,
      () => now,
    )
    return {
      check: () => rule.check()?.state ?? null,
      pass: (seconds: number) => {
        now += seconds * 1000
      },
      see: (status: number, times: number) => {
        for (let each = 0; each < times; each++) rule.observe({ status } as RequestRecord)
      },
    }
  }

  it('fires above the limit, once, and resolves at half of it', () => {
    const { check, see } = start()
    see(200, 90)
    see(502, 10)
    expect(check()).toBeNull() // 10 % is not above 10 %
    see(500, 1)
    expect([check(), check()]).toEqual(['firing', null])
    see(200, 99)
    expect(check()).toBeNull() // 5.5 %
    see(200, 20)
    expect([check(), check()]).toEqual(['resolved', null])
  })

  it('counts the last minutes only, and says nothing of few requests', () => {
    const { check, see, pass } = start()
    see(503, 19)
    expect(check()).toBeNull()
    see(503, 1)
    expect(check()).toBe('firing')
    pass(284)
    expect(check()).toBeNull()
    pass(16)
    expect(check()).toBe('resolved')
    pass(100_000)
    see(200, 100)
    expect(check()).toBeNull()
  })

  it('does not take errors of clients for its own', () => {
    const { check, see } = start()
    see(499, 50)
    see(429, 50)
    expect(check()).toBeNull()
  })
})

describe('budgets', () => {
  it('are said at each percent, once a period, and of the month apart', () => {
    let now = Date.UTC(2026, 10, 29, 12)
    const ledger = createMemoryLedger(() => now)
    const key = { name: 'web', hmac: '', usdPerDay: 10, usdPerMonth: 20, pacing: false }
    const settings = { keys: [key], limits: { pacing: false, usdPerDay: 1000 }, percents: [80, 100] }
    const rule = createBudgetRule(
      () => settings,
      ledger,
      () => now,
    )
    const spend = (usd: number) => {
      const reserved = ledger.reserve([toKeyAccount(key)], { tokens: 0, usd, leastUsd: 0 })
      if (reserved instanceof Promise || reserved.kind === 'refused') throw new Error('refused')
      reserved.settle({ tokens: 0, usd })
    }
    const said = () => rule.check().map((alert) => alert.key)
    spend(7.9)
    expect(said()).toEqual([])
    spend(0.1)
    expect([said(), said()]).toEqual([['budget:key:web:day:2026-11-29:80'], []])
    spend(2)
    expect(said()).toEqual(['budget:key:web:day:2026-11-29:100'])
    now += 24 * 3_600_000
    expect(said()).toEqual([])
    spend(9)
    expect(said()).toEqual(['budget:key:web:day:2026-11-30:80', 'budget:key:web:month:2026-11:80'])
    const [first] = createBudgetRule(
      () => settings,
      ledger,
      () => now,
    ).check()
    expect(first!.summary).toBe('The key "web" has used 80 % of its $10 of the day 2026-11-30: $9.000000.')
  })

  it('says only the highest of several percents that are passed at once', () => {
    const now = Date.UTC(2026, 10, 29)
    const ledger = createMemoryLedger(
      () => now,
      () => 5,
    )
    const settings = { keys: [], limits: { pacing: false, usdPerDay: 5 }, percents: [80, 100] }
    const rule = createBudgetRule(
      () => settings,
      ledger,
      () => now,
    )
    expect(rule.check().map(({ key }) => key)).toEqual(['budget:gateway:day:2026-11-29:100'])
  })
})

describe('certificates', () => {
  const certificate = { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: '2026-12-28' }
  const route = {
    name: 'auto',
    router: 'learned',
    threshold: 0.3,
    certificate,
    drift: {},
    sessions: 9,
    paced: 0,
  }
  const alarm = { evidence: 40, estimate: 0.5, distance: 0.3, samples: 300 } as never
  const check = createCertificateRule().check
  const said = (status: CertificateStatus) =>
    check([{ ...route, status }], 7).map(({ event, key, state }) => `${event} ${state} ${key}`)

  it('are said to end, to have ended and to have drifted, each once', () => {
    expect(said({ kind: 'valid', daysLeft: 8 })).toEqual([])
    expect([said({ kind: 'valid', daysLeft: 7 }), said({ kind: 'valid', daysLeft: 6 })]).toEqual([
      ['certificate firing certificate:auto:2026-12-28:soon'],
      [],
    ])
    expect(said({ kind: 'expired', since: '2026-12-28' })).toEqual([
      'certificate firing certificate:auto:2026-12-28',
      'certificate resolved certificate:auto:2026-12-28:soon',
    ])
    const figures = ['scores', 'quality'] as const
    expect(said({ kind: 'drifted', alarms: figures.map((figure) => ({ figure, alarm })) })).toEqual([
      'drift firing drift:auto:learned:scores',
      'drift firing drift:auto:learned:quality',
      'certificate resolved certificate:auto:2026-12-28',
    ])
  })
})

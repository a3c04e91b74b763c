import { describe, expect, it } from 'vitest'
import { createRandom } from '../../base/math/random.ts'
import {
  type CertifiedRoute,
  createCertificateWatch,
  type RouteStatus,
  type WatchedRecord,
} from './certificate-watch.ts'

const day = 86_400_000
const start = Date.parse('2026-11-28T00:00:00Z')
const quantiles = Array.from({ length: 1000 }, (_, index) => (index + 0.5) / 1000)
const route: CertifiedRoute = {
  ...{ name: 'auto', policy: null, router: 'learned-1', sha256: 'a', threshold: 0.7 },
  certificate: { maxLoss: 0.05, confidence: 0.95, labels: 612, validUntil: '2026-12-28' },
  reference: quantiles,
  strongShare: 0.3,
}

function watching(routes: readonly CertifiedRoute[] = [route]) {
  const told: RouteStatus[] = []
  const clock = { now: start }
  const watch = createCertificateWatch(
    () => clock.now,
    (status) => void told.push(status),
  )
  watch.configure(routes)
  return { watch, told, clock, kinds: () => told.map(({ status }) => status.kind) }
}

let count = 0
const scored = (strongWinRate: number | null, changes: Partial<WatchedRecord> = {}): WatchedRecord => ({
  ...{ router: 'learned-1', policy: null, experiment: null, pace: null, session: `s${count++}` },
  strongWinRate,
  ...changes,
})

describe('the watch over certificates', () => {
  it('is quiet while the traffic is what the certificate was made of', () => {
    const { watch, told } = watching()
    const random = createRandom(3)
    for (let session = 0; session < 3000; session++) watch.observe(scored(random.next()))
    expect(told).toEqual([])
    expect(watch.statuses()).toMatchObject([
      {
        sessions: 3000,
        status: { kind: 'valid', daysLeft: 30 },
        drift: { scores: false, 'strong-share': false },
      },
    ])
  })

  it('counts the requests that a budget has decided, of which nothing is promised', () => {
    const { watch } = watching()
    const pace = { factor: 1.5, ownThreshold: 0.7, budget: null }
    for (const changes of [{}, { pace }, { pace, session: 'one' }, { pace, session: 'one' }])
      watch.observe(scored(0.5, changes))
    watch.observe(scored(0.5, { pace, router: 'another' }))
    expect(watch.statuses()).toMatchObject([{ sessions: 3, paced: 3 }])
  })

  it('tells of drift once, and of what shows it', () => {
    const { watch, told } = watching()
    const random = createRandom(4)
    for (let session = 0; session < 2000; session++) watch.observe(scored(0.4 + 0.6 * random.next()))
    expect(told).toHaveLength(1)
    expect(told[0]).toMatchObject({ name: 'auto', status: { kind: 'drifted' } })
    expect(watch.statuses()[0]?.drift).toEqual({ scores: true, 'strong-share': true })
  })

  it('tells of the day from which a certificate does not hold', () => {
    const { watch, clock, kinds } = watching()
    clock.now = start + 29 * day
    watch.check()
    expect(kinds()).toEqual([])
    clock.now = start + 30 * day
    watch.check()
    watch.check()
    expect(kinds()).toEqual(['expired'])
  })

  it('counts the first request of each session of the router in service, and nothing else', () => {
    const { watch } = watching()
    const sessionsOf = () => watch.statuses()[0]?.sessions
    for (const winRate of [0.1, 0.9, 0.9]) watch.observe(scored(winRate, { session: 'one' }))
    expect(sessionsOf()).toBe(1)
    watch.observe(scored(0.5, { session: null }))
    watch.observe(scored(0.5, { session: null }))
    expect(sessionsOf()).toBe(3)
    watch.observe(scored(0.5, { router: 'mf' }))
    watch.observe(scored(0.5, { policy: 'frugal' }))
    watch.observe(scored(null))
    watch.observe(scored(0.5, { experiment: { id: 'canary-learned-1', arm: 'treatment' } }))
    expect(sessionsOf()).toBe(3)
    watch.observe(scored(0.5, { experiment: { id: 'canary-learned-2', arm: 'control' } }))
    expect(sessionsOf()).toBe(4)
  })

  it('goes on with a route that stays, and begins anew with another artifact or threshold', () => {
    const { watch } = watching()
    watch.observe(scored(0.5))
    watch.configure([{ ...route }])
    expect(watch.statuses()[0]?.sessions).toBe(1)
    for (const changed of [{ sha256: 'b' }, { threshold: 0.5 }]) {
      watch.configure([{ ...route, ...changed }])
      expect(watch.statuses()[0]?.sessions).toBe(0)
    }
    watch.configure([])
    expect(watch.statuses()).toEqual([])
  })

  it('takes alarms of detectors elsewhere, and takes them back', () => {
    const { watch, kinds } = watching()
    const alarm = { values: 200, evidence: 50, distance: 0.2 }
    watch.setAlarm('auto', 'quality', alarm)
    expect(watch.statuses()[0]).toMatchObject({
      status: { kind: 'drifted', alarms: [{ figure: 'quality', alarm }] },
      drift: { quality: true },
    })
    watch.setAlarm('auto', 'quality', null)
    expect(kinds()).toEqual(['drifted', 'valid'])
  })

  it('watches without a reference what it can', () => {
    const { watch } = watching([{ ...route, reference: [] }])
    watch.observe(scored(0.5))
    expect(watch.statuses()[0]?.drift).toEqual({ 'strong-share': false })
  })
})

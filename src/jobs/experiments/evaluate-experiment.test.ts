import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { createRandom } from '../../base/math/random.ts'
import type { ExperimentConfig } from '../../config/config.ts'
import { type LockedRouter, lockFileName } from '../../config/lock/lock-file.ts'
import { parseLock } from '../../config/lock/parse-lock.ts'
import { writeLock } from '../../config/lock/write-lock.ts'
import { parseConfig } from '../../config/parse-config.ts'
import { type Database, openDatabase } from '../../store/database/open-database.ts'
import { insertEntries } from '../../store/ingest/insert-entries.ts'
import { toParsedRequest } from '../../store/ingest/request-row.ts'
import { listAuditEvents } from '../../store/records/audit-trail.ts'
import { readExperiment } from '../../store/records/experiments/stored-experiment.ts'
import { evaluateCanary } from './evaluate-canary.ts'
import { evaluateExperiment } from './evaluate-experiment.ts'

const hour = 3_600_000
const start = Date.parse('2026-11-28T00:00:00Z')
const cheaper: ExperimentConfig = {
  ...{ id: 'cheaper', control: 'halves', treatment: 'frugal', share: 0.5, plannedSessions: 400 },
  ...{ mostUsdPerSession: 0.01, errorRate: 0.05, seed: 0 },
  success: [{ outcome: 'usd', of: 'difference', is: 'below', limit: 0 }],
  guards: [{ outcome: 'usd', of: 'difference', is: 'above', limit: 0 }],
}

let folder: string
let db: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-evaluate-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

/** Sessions of two requests, a minute apart. @param usd of a request, by arm; null: its price is not known. */
async function addSessions(
  from: number,
  count: number,
  usd: { readonly control: number; readonly treatment: number | null },
  id = 'cheaper',
): Promise<void> {
  const random = createRandom(from)
  const entries = Array.from({ length: count }, (_, index) => {
    const arm = random.next() < 0.5 ? 'treatment' : 'control'
    const mean = usd[arm]
    const cost = mean === null ? null : mean * (0.5 + random.next())
    return [0, 1].map((turn) =>
      requestEntry(`r${from + index}-${turn}`, {
        time: start + (from + index) * 60_000 + turn,
        session: `s${from + index}`,
        experiment: { id, arm },
        usd: cost,
      }),
    )
  }).flat()
  const parsed = { requests: entries.map(toParsedRequest), amends: [], feedback: [], shadows: [] }
  await db.transaction().execute((trx) => insertEntries(trx, parsed, new Map()))
}

function evaluate(hours: number, changes: Partial<ExperimentConfig> = {}) {
  return evaluateExperiment(
    db,
    { ...cheaper, ...changes },
    { now: start + hours * hour, qualityOf: () => null, signal: new AbortController().signal },
  )
}

describe('an experiment in the store', () => {
  it('counts sessions an hour after they began, each once', async () => {
    await addSessions(0, 120, { control: 0.002, treatment: 0.002 })
    expect(await evaluate(1)).toMatchObject({ verdict: { kind: 'running' } })
    const total = async (hours: number) => {
      const { sessions } = await evaluate(hours)
      return sessions.control + sessions.treatment
    }
    expect(await total(2)).toBe(61)
    expect(await total(2)).toBe(61)
    expect(await total(3)).toBe(120)
    expect(await readExperiment(db, 'cheaper')).toMatchObject({ time: start, state: 'running' })
  })

  it('ends with what is shown, and says so once in the audit trail', async () => {
    await addSessions(0, 1200, { control: 0.004, treatment: 0.001 })
    const ended = await evaluate(24)
    expect(ended).toMatchObject({ verdict: { kind: 'success' }, unpriced: 0, problem: null })
    expect(ended.differences.usd.value).toBeCloseTo(-0.006, 3)
    // A later rise does not change the verdict.
    await addSessions(1200, 1200, { control: 0.001, treatment: 0.004 })
    expect((await evaluate(48)).verdict).toEqual({ kind: 'success' })
    const events = await listAuditEvents(db, { limit: 10 })
    expect(events.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['experiments', 'success', 'cheaper'],
    ])
  })

  it('stops at a guard', async () => {
    await addSessions(0, 1200, { control: 0.001, treatment: 0.004 })
    expect((await evaluate(24)).verdict).toMatchObject({ kind: 'guard', rule: { outcome: 'usd' } })
  })

  it('leaves out sessions whose price is not known, and says how many', async () => {
    await addSessions(0, 60, { control: 0.002, treatment: null })
    const { unpriced, sessions } = await evaluate(4)
    expect(sessions.treatment).toBe(0)
    expect(unpriced + sessions.control).toBe(60)
  })

  it('does not go on with other rules', async () => {
    await addSessions(0, 60, { control: 0.002, treatment: 0.002 })
    const { sessions } = await evaluate(2)
    const changed = await evaluate(4, { guards: [] })
    expect(changed).toMatchObject({
      sessions,
      problem: expect.stringMatching(/give the new experiment another name/),
    })
    expect((await evaluate(4)).problem).toBeNull()
  })
})

describe('a canary in the store', () => {
  const serving: LockedRouter = {
    ...{ router: 'learned-1', artifact: 'one', sha256: 'a'.repeat(64), threshold: 0.3 },
    certificate: { maxLoss: 0.05, confidence: 0.95, labels: 600, validUntil: '2026-12-28' },
    evidence: { against: 'mf', apgr: 0.7, strongCallFraction: 0.4 },
  }
  const canary = {
    ...{ ...serving, router: 'learned-2', artifact: 'two' },
    ...{ share: 0.5, since: '2026-11-28T00:00:00Z', sessions: 500 },
  }
  // What sessions cost before says beyond what a session's dollars are cut.
  beforeEach(async () => {
    const before = { id: 'before', first_time: start - 2 * hour, last_time: start - hour, requests: 2 }
    await db
      .insertInto('sessions')
      .values({ ...before, cost_nanousd: 2_000_000, unpriced: 0 })
      .execute()
  })
  const config = parseConfig('version: 1', 'routellm.yaml')
  const { signal } = new AbortController()
  const context = { signal, onProgress() {} }

  async function evaluateIt(enforce: boolean) {
    const file = join(folder, lockFileName)
    await writeLock(file, { policies: { auto: { serving, canary } } })
    const route = { name: 'auto', policy: null, serving, canary }
    const result = await evaluateCanary(db, { file, routes: [route] }, route, canary, {
      ...{ now: start + 48 * hour, qualityOf: () => null, signal, config, context, enforce },
    })
    const lock = parseLock(await readFile(file, 'utf8'), file)
    return { result, isThere: lock.policies.auto?.canary !== null, lock }
  }

  it('is rolled back if it is shown to be dearer, and the router in service stays', async () => {
    await addSessions(0, 1200, { control: 0.001, treatment: 0.01 }, 'canary-learned-2')
    const { result, isThere, lock } = await evaluateIt(true)
    expect(result).toMatchObject({ verdict: 'guard', isRemoved: true, why: expect.stringMatching(/dearer/) })
    expect(isThere).toBe(false)
    expect(lock.policies.auto?.serving).toEqual(serving)
    const [event] = await listAuditEvents(db, { limit: 1 })
    expect(event).toMatchObject({ actor: 'experiments', action: 'roll-back', subject: 'auto' })
  })

  it('is rolled back if its traffic is not what its certificate was made of', async () => {
    const others = Array.from({ length: 1200 }, (_, index) => {
      const arm = index % 2 === 0 ? ('treatment' as const) : ('control' as const)
      return requestEntry(`o${index}`, {
        ...{ time: start + index * 60_000, session: `o${index}`, strongWinRate: 0.9 },
        ...{ experiment: { id: 'canary-learned-2', arm } },
        router: arm === 'treatment' ? 'learned-2' : 'learned-1',
      })
    })
    const parsed = { requests: others.map(toParsedRequest), amends: [], feedback: [], shadows: [] }
    await db.transaction().execute((trx) => insertEntries(trx, parsed, new Map()))
    const { result, isThere } = await evaluateIt(true)
    expect(result).toMatchObject({ verdict: 'guard', isRemoved: true })
    expect(isThere).toBe(false)
    const [event] = await listAuditEvents(db, { limit: 1 })
    expect(event).toMatchObject({ action: 'roll-back', detail: { why: result.why } })
    expect(result.why).toBe(
      'The canary is removed: its traffic is not what its certificate was made of (strong-share).',
    )
  })

  it('stays if it is only asked about, or if nothing speaks against it', async () => {
    await addSessions(0, 1200, { control: 0.001, treatment: 0.01 }, 'canary-learned-2')
    expect(await evaluateIt(false)).toMatchObject({
      ...{ result: { verdict: 'guard', isRemoved: false }, isThere: true },
    })
    await db.deleteFrom('requests').where('experiment', '=', 'canary-learned-2').execute()
    await addSessions(1200, 1200, { control: 0.01, treatment: 0.001 }, 'canary-learned-2')
    expect(await evaluateIt(true)).toMatchObject({ result: { verdict: 'passed' }, isThere: true })
  })
})

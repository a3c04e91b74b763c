import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { createRandom } from '../../base/math/random.ts'
import type { ExperimentConfig } from '../../config/config.ts'
import { type Database, openDatabase } from '../../store/database/open-database.ts'
import { insertEntries } from '../../store/ingest/insert-entries.ts'
import { toParsedRequest } from '../../store/ingest/request-row.ts'
import { listAuditEvents } from '../../store/records/audit-trail.ts'
import { readExperiment } from '../../store/records/experiments/stored-experiment.ts'
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
        experiment: { id: 'cheaper', arm },
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

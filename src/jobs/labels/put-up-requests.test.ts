import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../../store/database/open-database.ts'
import { listQueue } from '../../store/records/label-queue.ts'
import { putUpRequests } from './put-up-requests.ts'

let folder: string
let db: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-put-up-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const now = Date.UTC(2026, 10, 30, 12)
const options = { perDay: 48, base: 0.1, active: 0.5, seed: 0, now }
const candidates = ['small', 'large'].map((model) => ({ model, usd: 0.001, score: null, excluded: null }))

/** A request a minute, from some hours ago until now. */
const requests = (name: string, from: number, hours: number, more = {}) =>
  Array.from({ length: hours * 60 }, (_, index) =>
    requestEntry(`${name}-${index}`, { time: from + index * 60_000, candidates, ...more }),
  )

it('puts up its part of a day of each time, once, and the uncertain ones first', async () => {
  const old = requests('old', now - 30 * 3_600_000, 6)
  const certain = requests('certain', now - 12 * 3_600_000, 6, { strongWinRate: 0.9, threshold: 0.3 })
  const uncertain = requests('uncertain', now - 6 * 3_600_000, 6, { strongWinRate: 0.31, threshold: 0.3 })
  await insertAll(db, { requests: [...old, ...certain, ...uncertain] })
  const first = await putUpRequests(db, options)
  expect(first.examined).toBe(720)
  // 12 hours of 48 a day: 24 ± 4 standard deviations
  expect(Math.abs(first.putUp - 24)).toBeLessThan(4 * Math.sqrt(24))
  const items = await listQueue(db, { limit: 100 })
  expect(items.length).toBe(first.putUp)
  const count = (name: string) => items.filter(({ requestId }) => requestId.startsWith(name)).length
  expect(count('old')).toBe(0)
  expect(count('uncertain')).toBeGreaterThan(count('certain'))
  for (const { requestId, propensity, reason } of items) {
    expect(propensity).toBeGreaterThan(0)
    expect(reason).toBe(requestId.startsWith('uncertain') ? 'uncertain' : 'base')
  }
  expect(await putUpRequests(db, options)).toEqual({ examined: 0, putUp: 0 })
  await insertAll(db, { requests: requests('later', now, 1) })
  expect((await putUpRequests(db, options)).examined).toBe(60)
})

it('leaves out what failed, what named a model, and what one model alone could answer', async () => {
  const [possible, other] = candidates
  const entries = [
    requestEntry('failed', { time: now, candidates, status: 502 }),
    requestEntry('named', { time: now, candidates: null }),
    requestEntry('alone', { time: now, candidates: [possible!, { ...other!, excluded: 'context' }] }),
    requestEntry('fine', { time: now, candidates }),
  ]
  await insertAll(db, { requests: entries })
  expect(await putUpRequests(db, { ...options, base: 1 })).toEqual({ examined: 1, putUp: 1 })
})

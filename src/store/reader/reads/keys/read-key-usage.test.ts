import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { requestEntry } from '../../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../../../database/open-database.ts'
import { addAuditEvent } from '../../../records/audit-trail.ts'
import { rollUp } from '../../../totals/roll-up.ts'
import { readKeyUsage } from './read-key-usage.ts'

let folder = ''
let db: Database
const noon = Date.UTC(2026, 10, 30, 12)
const hourMs = 3_600_000
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-key-usage-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

const usageOf = async (name: string, now = noon) => {
  const { keys } = await readKeyUsage(db, { key: null, now })
  return keys.find((key) => key.name === name)
}

const refused = (id: string, status: number, changes: object = {}) =>
  requestEntry(id, {
    time: noon,
    status,
    attempts: 0,
    model: null,
    tokens: null,
    usd: 0,
    chargedUsd: 0,
    ...changes,
  })

it('counts refused requests of today once, in the totals or not yet', async () => {
  await insertAll(db, {
    requests: [
      refused('limit-1', 429),
      refused('limit-2', 429),
      refused('not-allowed', 403),
      refused('yesterday', 429, { time: noon - 24 * hourMs }),
      refused('unknown', 401),
      refused('of-the-model', 429, { attempts: 1 }),
      refused('other', 403, { key: 'app' }),
    ],
  })
  const counts = { overLimit: 2, notAllowed: 1 }
  expect((await usageOf('web'))?.refusedToday).toEqual(counts)
  await rollUp(db)
  expect((await usageOf('web'))?.refusedToday).toEqual(counts)
  // From totals alone: a day may have any number of requests.
  await db.updateTable('requests').set({ status: 200 }).execute()
  expect((await usageOf('web'))?.refusedToday).toEqual(counts)
  await insertAll(db, { requests: [refused('limit-3', 429)] })
  expect((await usageOf('web'))?.refusedToday).toEqual({ overLimit: 3, notAllowed: 1 })
  const { all } = await readKeyUsage(db, { key: null, now: noon })
  expect(all.refusedToday).toEqual({ overLimit: 3, notAllowed: 2 })
})

it('a request that began earlier does not set back when a key was last used', async () => {
  await insertAll(db, { requests: [requestEntry('short', { time: noon })] })
  await rollUp(db)
  await insertAll(db, { requests: [requestEntry('long', { time: noon - 3 * hourMs })] })
  expect((await usageOf('web'))?.lastUsed).toEqual({ time: noon, unit: 'hour' })
  await insertAll(db, { requests: [requestEntry('later', { time: noon + hourMs })] })
  expect((await usageOf('web', noon + hourMs))?.lastUsed).toEqual({ time: noon + hourMs, unit: 'hour' })
})

it('says since when a key is revoked, unless it was made again', async () => {
  await insertAll(db, { requests: ['web', 'app', 'old'].map((key) => requestEntry(key, { key })) })
  const trail = [
    ['revoke-key', 'web'],
    ['revoke-key', 'app'],
    ['create-key', 'app'],
    ['promote', 'old'],
  ] as const
  for (const [index, [action, subject]] of trail.entries())
    await addAuditEvent(db, { time: noon + index, actor: 'page', action, subject, detail: null })
  const { keys } = await readKeyUsage(db, { key: null, now: noon })
  expect(Object.fromEntries(keys.map(({ name, revokedAt }) => [name, revokedAt]))).toEqual({
    web: noon,
    app: null,
    old: null,
  })
})

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import type { RequestEntry } from '../entries/entry.ts'
import { openTextFiles } from '../texts/text-files.ts'
import { rollUp } from '../totals/roll-up.ts'
import { applyRetention, measureUsedBytes } from './retention.ts'

let folder: string
let db: Database
const noon = Date.UTC(2026, 10, 30, 12)
const day = 86_400_000
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-maintenance-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const insert = (requests: RequestEntry[]) =>
  insertAll(db, { requests, texts: openTextFiles(join(folder, 'texts')) })

describe('rollUp', () => {
  it('adds each request once to its session', async () => {
    await insert([
      requestEntry('a'),
      requestEntry('b', { status: 502, usd: null, tokens: null }),
      requestEntry('c', { time: noon + 3_600_000, model: 'large', session: null }),
    ])
    expect(await rollUp(db)).toBe(3)
    expect(await rollUp(db)).toBe(0)
    await insert([requestEntry('d', { fallback: 'upstream-error', time: noon + 1000 })])
    expect(await rollUp(db)).toBe(1)
    expect(await db.selectFrom('sessions').selectAll().execute()).toEqual([
      {
        id: 'talk',
        first_time: noon,
        last_time: noon + 1000,
        requests: 3,
        cost_nanousd: 246_912,
        unpriced: 1,
        key: 'web',
        policy: null,
        tags: '["contract"]',
        switches: 0,
        last_model: 'small',
      },
    ])
  })

  it('counts how often a session has switched its model, from one time to the next', async () => {
    const turns = (...models: (string | null)[]) =>
      models.map((model) =>
        requestEntry(`r${++ids}`, {
          ...(model === 'failed' ? { model: 'large', status: 502, tokens: null } : { model }),
          time: noon + ids,
        }),
      )
    let ids = 0
    const count = () => db.selectFrom('sessions').select(['switches', 'last_model']).execute()
    for (const [models, switches, last] of [
      [[null, 'failed'], null, null],
      [['small'], 0, 'small'],
      [['small', 'failed', 'small', null], 0, 'small'],
      [['large', 'large', 'small', 'large'], 3, 'large'],
      [['large'], 3, 'large'],
      [['small', 'medium'], 5, 'medium'],
    ] as const) {
      await insert(turns(...models))
      await rollUp(db)
      expect(await count()).toEqual([{ switches, last_model: last }])
    }
  })
})

describe('applyRetention', () => {
  const retain = (limits: { days?: number; bytes?: number }) =>
    applyRetention(db, {
      now: noon,
      days: limits.days ?? null,
      bytes: limits.bytes ?? null,
      textFolder: join(folder, 'texts'),
    })
  const times = async () =>
    (await db.selectFrom('requests').select('time').orderBy('time').execute()).map(
      ({ time }) => (noon - time) / day,
    )

  it('removes what is older than so many days, with its texts, and keeps the totals', async () => {
    const body = { text: 'x', totalBytes: 1, isCut: false }
    const entries = [0, 1, 2, 3, 4].map((age) =>
      requestEntry(`r${age}`, {
        time: noon - age * day,
        session: `s${age}`,
        text: { request: body, response: body },
      }),
    )
    await insert(entries)
    expect(await retain({ days: 3 })).toBe(0) // nothing is in the totals of sessions yet
    await rollUp(db)
    expect(await retain({ days: 3 })).toBe(2)
    expect(await times()).toEqual([2, 1, 0])
    expect(readdirSync(join(folder, 'texts'))).toEqual([
      '2026-11-28.jsonl.gz',
      '2026-11-29.jsonl.gz',
      '2026-11-30.jsonl.gz',
    ])
    const total = await db
      .selectFrom('usage_hours')
      .select(({ fn }) => fn.sum('requests').as('n'))
      .executeTakeFirst()
    expect(total?.n).toBe(5)
    expect(await db.selectFrom('sessions').select('id').orderBy('id').execute()).toEqual([
      { id: 's0' },
      { id: 's1' },
      { id: 's2' },
    ])
    expect(
      await db
        .selectFrom('accounts')
        .select(({ fn }) => fn.countAll().as('n'))
        .executeTakeFirst(),
    ).toEqual({ n: 10 })
  })

  it('removes the oldest days until the database is small enough, never the present one, and gives the space back', async () => {
    for (let age = 5; age >= 0; age--)
      await insert(
        Array.from({ length: 1500 }, (_, at) =>
          requestEntry(`r${age}-${at}`, { time: noon - age * day + at, tags: ['t'.repeat(500)] }),
        ),
      )
    await rollUp(db)
    const full = await measureUsedBytes(db)
    expect(await retain({ bytes: full / 2 })).toBeGreaterThanOrEqual(4500)
    expect(await measureUsedBytes(db)).toBeLessThanOrEqual(full / 2)
    expect(new Set((await times()).map(Math.ceil)).has(0)).toBe(true)
    await retain({ bytes: 1 })
    expect((await times()).length).toBe(1500)
  })
})

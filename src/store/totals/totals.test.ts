import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { rollUp } from './roll-up.ts'

let folder: string
let db: Database
const noon = Date.UTC(2026, 10, 30, 12)
const hour = noon / 3_600_000
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-totals-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

describe('requests without a known cost', () => {
  const unknown = { usd: null, tokens: null }
  it.each([
    ['that was answered', { ...unknown, status: 200 }, 1],
    ['whose upstream refused it', { ...unknown, status: 503 }, 0],
    ['that no model was called for', { ...unknown, status: 429, attempts: 0 }, 0],
    ['whose reply broke off', { ...unknown, status: 502 }, 1],
    ['whose client left', { ...unknown, status: 499 }, 1],
    ['whose model has no price', { usd: null, status: 200 }, 1],
  ] as const)('one %s', async (_what, changes, expected) => {
    await insertAll(db, { requests: [requestEntry('a', { ...changes, tags: ['x'] })] })
    await rollUp(db)
    for (const table of ['usage_hours', 'usage_days', 'name_days', 'tag_days', 'sessions'] as const) {
      const [row] = await db.selectFrom(table).select('unpriced').execute()
      expect(row?.unpriced, table).toBe(expected)
    }
  })
})

describe('totals by the hour', () => {
  it('have each request once, by what decided it', async () => {
    const requests = [
      requestEntry('a'),
      requestEntry('b', { status: 502, usd: null, tokens: null }),
      requestEntry('c', { time: noon + 3_600_000, model: 'large', session: null, tags: ['x', 'x', 'y'] }),
    ]
    await insertAll(db, { requests })
    expect([await rollUp(db), await rollUp(db)]).toEqual([3, 0])
    await insertAll(db, { requests })
    await insertAll(db, {
      requests: [requestEntry('d', { fallback: 'upstream-error', time: noon + 1000 })],
    })
    expect(await rollUp(db)).toBe(1)
    expect(await db.selectFrom('usage_hours').selectAll().orderBy('hour').execute()).toEqual([
      {
        ...{ hour, model: 'small', policy: '', router: 'mf', key: 'web', task: 'look-up' },
        ...{ requests: 3, errors: 1, fallbacks: 1, unpriced: 1, input_tokens: 40, cached_input_tokens: 10 },
        ...{ output_tokens: 20, cost_nanousd: 246_912, overhead_us: 900, total_us: 2_700_000, rescued: 1 },
      },
      expect.objectContaining({ hour: hour + 1, model: 'large', requests: 1 }),
    ])
    const days = await db.selectFrom('usage_days').selectAll().orderBy('requests').execute()
    expect(days.map(({ day, model, requests: count }) => [day, model, count])).toEqual([
      [20_787, 'large', 1],
      [20_787, 'small', 3],
    ])
    const outcomes = await db.selectFrom('outcome_hours').selectAll().where('hour', '=', hour).execute()
    expect(outcomes.map(({ status, fallback, requests: count }) => [status, fallback, count])).toEqual([
      [200, '', 1],
      [200, 'upstream-error', 1],
      [502, '', 1],
    ])
    const tags = await db.selectFrom('tag_days').select(['tag', 'model', 'requests', 'errors']).execute()
    expect(tags).toEqual([
      { tag: 'contract', model: 'small', requests: 3, errors: 1 },
      { tag: 'x', model: 'large', requests: 1, errors: 0 },
      { tag: 'y', model: 'large', requests: 1, errors: 0 },
    ])
    const names = await db
      .selectFrom('name_days')
      .select(['kind', 'name', 'requests', 'errors'])
      .orderBy('kind')
      .orderBy('name')
      .execute()
    expect(names).toEqual([
      { kind: 'key', name: 'web', requests: 4, errors: 1 },
      { kind: 'model', name: 'large', requests: 1, errors: 0 },
      { kind: 'model', name: 'small', requests: 3, errors: 1 },
      { kind: 'policy', name: '', requests: 4, errors: 1 },
      { kind: 'task', name: 'look-up', requests: 4, errors: 1 },
    ])
  })

  it('have the times of answered requests', async () => {
    const ms = { overhead: 0.3, queued: null, firstByte: null, total: 20 }
    await insertAll(db, { requests: [requestEntry('a'), requestEntry('b', { status: 500 })] })
    await insertAll(db, { requests: [requestEntry('c', { ms }), requestEntry('d')] })
    await rollUp(db)
    const rows = await db.selectFrom('latency_days').selectAll().orderBy('bucket').execute()
    expect(rows).toEqual([
      { day: 20_787, model: 'small', measure: 'total', bucket: 104, requests: 1 },
      { day: 20_787, model: 'small', measure: 'first_byte', bucket: 127, requests: 2 },
      { day: 20_787, model: 'small', measure: 'total', bucket: 144, requests: 2 },
    ])
  })

  it('are corrected by the final status of a request, before and after it is counted', async () => {
    const amend = (id: string) => ({ kind: 'amend', id, time: noon, status: 499, totalMs: 1000 }) as const
    await insertAll(db, { requests: [requestEntry('a'), requestEntry('b')], amends: [amend('a')] })
    await rollUp(db)
    await insertAll(db, { amends: [amend('b'), amend('b'), amend('unknown')] })
    const [usage] = await db.selectFrom('usage_hours').selectAll().execute()
    expect(usage).toMatchObject({ requests: 2, errors: 2, total_us: 2_000_000, cost_nanousd: 246_912 })
    for (const table of ['usage_days', 'name_days', 'tag_days'] as const)
      for (const row of await db.selectFrom(table).selectAll().execute())
        expect(row).toMatchObject({ requests: 2, errors: 2, total_us: 2_000_000 })
    const outcomes = await db.selectFrom('outcome_hours').selectAll().orderBy('status').execute()
    expect(outcomes.map(({ status, requests }) => [status, requests])).toEqual([
      [200, 0],
      [499, 2],
    ])
    const latency = await db
      .selectFrom('latency_days')
      .select(({ fn }) => fn.max('requests').as('most'))
      .execute()
    expect(latency).toEqual([{ most: 0 }])
  })
})

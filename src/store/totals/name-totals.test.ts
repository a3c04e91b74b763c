import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { Libsql } from '../../../test/support/store/read-database.ts'
import { createRandom } from '../../base/math/random.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import { applyRetention } from '../maintenance/retention.ts'
import { exportRows } from '../transfer/export-rows.ts'
import { importRows } from '../transfer/import-rows.ts'
import { rollUp } from './roll-up.ts'
import { nameKinds } from './statements.ts'

const noon = Date.UTC(2026, 10, 30, 12)
const dayMs = 86_400_000
let folder: string
let file: string
let db: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-name-totals-'))
  file = join(folder, 'store.db')
  db = await openDatabase(file)
  await fill()
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

/** Requests of three days in three steps of the totals, some of which end otherwise before they are counted, and some after. */
async function fill(): Promise<void> {
  const random = createRandom(7)
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random.next() * values.length)]!
  const requests = Array.from({ length: 300 }, (_, at) =>
    requestEntry(`r${at}`, {
      time: noon - Math.floor(random.next() * 3 * dayMs),
      model: pick(['large', 'small', null]),
      policy: pick(['halves', 'frugal', null]),
      router: pick(['mf', null]),
      key: pick(['web', 'app', null]),
      task: pick(['debugging', 'look-up', null]),
      tags: pick([[], ['x'], ['x', 'y', 'x'], ['a "quoted" one']]),
      status: pick([200, 200, 429, 502]),
      fallback: pick([null, null, 'upstream-error']),
      usd: pick([0.001, null]),
    }),
  )
  const amend = (at: number) => ({
    ...{ kind: 'amend' as const, id: `r${at}`, time: noon, totalMs: 1000 + at },
    status: pick([200, 499]),
  })
  for (const [from, to] of [
    [0, 100],
    [100, 150],
    [150, 300],
  ] as const) {
    await insertAll(db, { requests: requests.slice(from, to), amends: [amend(from + 3), amend(to - 1)] })
    await rollUp(db)
    await insertAll(db, { amends: [amend(from), amend(from + 1), amend(from + 3)] })
  }
}

type Row = Readonly<Record<string, unknown>>
const inOrder = (rows: readonly Row[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort()

async function readTotals(of: Database): Promise<Readonly<Record<'hours' | 'tags', readonly string[]>>> {
  return {
    hours: inOrder(await of.selectFrom('name_hours').selectAll().execute()),
    tags: inOrder(await of.selectFrom('tag_name_days').selectAll().execute()),
  }
}

/** The same from the requests. */
async function sumRequests(): Promise<Awaited<ReturnType<typeof readTotals>>> {
  const hours = new Map<string, Record<string, number>>()
  const tags = new Map<string, Record<string, number>>()
  const requests = await db.selectFrom('requests').selectAll().execute()
  for (const request of requests) {
    const sums = {
      requests: 1,
      errors: Number(request.status >= 400),
      fallbacks: Number(request.fallback !== null),
      unpriced: Number(request.cost_nanousd === null),
      input_tokens: request.input_tokens ?? 0,
      cached_input_tokens: request.cached_input_tokens ?? 0,
      output_tokens: request.output_tokens ?? 0,
      cost_nanousd: request.cost_nanousd ?? 0,
      overhead_us: request.overhead_us ?? 0,
      total_us: request.total_us,
      rescued: Number(request.fallback !== null && request.status < 400),
    }
    const add = (totals: typeof hours, key: Row) => {
      const total = totals.get(JSON.stringify(key)) ?? {}
      totals.set(JSON.stringify(key), total)
      for (const [name, value] of Object.entries(sums)) total[name] = (total[name] ?? 0) + value
    }
    for (const kind of nameKinds) {
      const name = request[kind] ?? ''
      add(hours, { kind, hour: Math.floor(request.time / 3_600_000), name })
      for (const tag of new Set(JSON.parse(request.tags ?? '[]') as string[]))
        add(tags, { tag, day: request.day, kind, name })
    }
  }
  const toRows = (totals: typeof hours) =>
    inOrder(Array.from(totals, ([key, sums]) => ({ ...(JSON.parse(key) as Row), ...sums })))
  return { hours: toRows(hours), tags: toRows(tags) }
}

describe('the sums of one name alone, by hour, and by tag and day', () => {
  it('are those of the requests as they ended', async () => {
    const totals = await readTotals(db)
    expect(totals.hours.length).toBeGreaterThan(300)
    expect(totals.tags.length).toBeGreaterThan(80)
    expect(totals).toEqual(await sumRequests())
  })

  it('are those of an imported store too', async () => {
    const lines: string[] = []
    const pages = exportRows(db, { what: 'all', textFolder: folder, onMissingText() {} })
    for await (const page of pages) for (const row of page) lines.push(JSON.stringify(row))
    writeFileSync(join(folder, 'all.jsonl'), lines.join('\n'))
    const other = await openDatabase(join(folder, 'other.db'))
    await importRows(other, join(folder, 'all.jsonl'), new AbortController().signal)
    await rollUp(other)
    expect(await readTotals(other)).toEqual(await sumRequests())
    await other.destroy()
  })

  it('stay if the requests are removed', async () => {
    const before = await readTotals(db)
    const removed = await applyRetention(db, { now: noon, days: 2, bytes: null, textFolder: folder })
    expect(removed).toBeGreaterThan(50)
    expect(await readTotals(db)).toEqual(before)
  })

  it('are made from what a store of an earlier version has, whose requests may be gone', async () => {
    const before = await readTotals(db)
    await db.destroy()
    const old = new Libsql(file)
    old.exec(`drop table name_hours; drop table tag_name_days; delete from requests;
      delete from kysely_migration where name = '0008-names'`)
    old.close()
    db = await openDatabase(file)
    expect(await readTotals(db)).toEqual(before)
  })
})

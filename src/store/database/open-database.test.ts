import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Libsql } from '../../../test/support/store/read-database.ts'
import { StoreError } from '../../errors.ts'
import { migrations } from './migrations/migrations.ts'
import { openDatabase } from './open-database.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-database-'))
  file = join(folder, 'store.db')
})
afterEach(() => rm())
const rm = () => rmSync(folder, { recursive: true, force: true })
/** A database of each schema that was ever published, as SQL, with a row in each table. */
const schemas = new URL('../../../test/golden/store/', import.meta.url)

const codeOf = async (opening: Promise<unknown>) => {
  const error = await opening.then(
    () => null,
    (reason: unknown) => reason,
  )
  return error instanceof StoreError ? error.code : error
}

describe('openDatabase', () => {
  it.each(Object.keys(migrations))(
    'brings a database of the schema %s up to date, with its rows',
    async (schema) => {
      const old = new Libsql(file)
      old.exec(readFileSync(new URL(`${schema}.sql`, schemas), 'utf8'))
      old.close()
      const db = await openDatabase(file)
      const row = await db.selectFrom('requests').selectAll().executeTakeFirst()
      expect(row).toMatchObject({ id: 'rllm-fixture-1', model: 'small', cost_nanousd: 123_456 })
      expect(JSON.parse(row?.pace ?? 'null')).toEqual(
        schema >= '0005-pace'
          ? { factor: 1.5, ownThreshold: 0.1, budget: { key: 'web', limit: 'usdPerDay' } }
          : null,
      )
      const sessions = await db.selectFrom('sessions').select(['switches', 'last_model']).execute()
      expect(sessions).toEqual([{ switches: 0, last_model: 'small' }])
      expect(await db.selectFrom('feedback').select('thumbs').execute()).toEqual([{ thumbs: 'up' }])
      const totals = await db.selectFrom('usage_days').select(['day', 'requests', 'cost_nanousd']).execute()
      expect(totals).toEqual([{ day: 20_787, requests: 1, cost_nanousd: 123_456 }])
      const names = await db.selectFrom('name_hours').select(['kind', 'hour', 'name', 'requests']).execute()
      const ofHour = { hour: 498_900, requests: 1 }
      expect(names.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
        { kind: 'key', name: 'web', ...ofHour },
        { kind: 'model', name: 'small', ...ofHour },
        { kind: 'policy', name: '', ...ofHour },
        { kind: 'task', name: 'look-up', ...ofHour },
      ])
      const latencies = await db.selectFrom('latency_days').select(['measure', 'requests']).execute()
      expect(latencies).toContainEqual({ measure: 'total', requests: 1 })
      await db.destroy()
      const done = new Libsql(file)
      expect(done.prepare('select name from kysely_migration order by name').all()).toEqual(
        Object.keys(migrations).map((name) => expect.objectContaining({ name })),
      )
      done.close()
    },
  )

  it('keeps the whole of a text with a NUL, shown as its sign, and finds it by either', async () => {
    const db = await openDatabase(file)
    const row = { request_id: 'r', time: 1, source: 'person', scores: '{}', weight: 1 }
    await db
      .insertInto('labels')
      .values({ ...row, id: 'a\0b', actor: '\0whole' })
      .execute()
    for (const id of ['a\0b', 'a\u2400b'])
      expect(await db.selectFrom('labels').select(['id', 'actor']).where('id', '=', id).execute()).toEqual([
        { id: 'a\u2400b', actor: '\u2400whole' },
      ])
    await db.destroy()
  })

  it('runs a later migration on a database that has rows, once', async () => {
    const first = await openDatabase(file)
    await first
      .insertInto('labels')
      .values({ id: 'l', request_id: 'r', time: 1, source: 'person', scores: '{}', weight: 1 })
      .execute()
    await first.destroy()
    let runs = 0
    const next = {
      ...migrations,
      '9999-note': {
        async up(db: Kysely<unknown>) {
          runs++
          await db.schema.alterTable('labels').addColumn('note', 'text').execute()
        },
      },
    }
    for (const _ of [1, 2]) await (await openDatabase(file, { migrations: next })).destroy()
    expect(runs).toBe(1)
    const db = new Libsql(file)
    expect(db.prepare('select id, note from labels').all()).toEqual([
      expect.objectContaining({ id: 'l', note: null }),
    ])
    db.close()
    expect(await codeOf(openDatabase(file))).toBe('store-too-new')
  })

  it('leaves the database as it was if a migration fails', async () => {
    await (await openDatabase(file)).destroy()
    const failing = {
      ...migrations,
      '0002-broken': {
        async up(db: Kysely<unknown>) {
          await db.schema.alterTable('labels').addColumn('note', 'text').execute()
          throw new Error('it fails')
        },
      },
    }
    expect(await codeOf(openDatabase(file, { migrations: failing }))).toBe('store-unavailable')
    const db = await openDatabase(file)
    expect(await db.selectFrom('labels').selectAll().execute()).toEqual([])
    await db.destroy()
  })

  it('says what is wrong with a file that is no database, a damaged one, and a locked one', async () => {
    writeFileSync(file, 'no database'.repeat(1000))
    expect(await codeOf(openDatabase(file))).toBe('store-corrupt')
    rmSync(file)
    await (await openDatabase(file)).destroy()
    const locker = new Libsql(file)
    locker.exec('begin exclusive')
    const locked = await openDatabase(file, { busyTimeoutMs: 10 }).then(
      (db) =>
        codeOf(db.insertInto('job_positions').values({ job: 'j', position: 1 }).execute()).finally(() =>
          db.destroy(),
        ),
      (error: StoreError) => error.code,
    )
    expect(String(locked)).toMatch(/store-locked|locked/)
    locker.exec('rollback')
    locker.close()
    const bytes = readFileSync(file)
    bytes.fill(0xff, 100, 4096)
    const damaged = join(folder, 'damaged.db')
    copyFileSync(file, damaged)
    writeFileSync(damaged, bytes)
    expect(await codeOf(openDatabase(damaged))).toBe('store-corrupt')
  })

  it('cannot open one in a folder that is missing', async () => {
    expect(await codeOf(openDatabase(join(folder, 'none', 'store.db')))).toBe('store-unavailable')
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requestEntry } from '../../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../../../database/open-database.ts'
import { rollUp } from '../../../totals/roll-up.ts'
import type { SessionCursor, SessionFilter } from '../../answers/sessions.ts'
import { readRequest } from '../read-request.ts'
import { readRequests } from '../read-requests.ts'
import { readSession } from './read-session.ts'
import { readSessions } from './read-sessions.ts'

const noon = Date.UTC(2026, 10, 30, 12)
const minute = 60_000
const sent = `a/b?c\u0000d<b>\u202ee%'"`
/** No text of the database has a NUL. */
const hostile = sent.replace('\0', '\u2400')
let folder = ''
let db: Database

/** Session `s<n>` has n turns of n thousandths of a dollar, a minute after another, in turn of two models. */
const entries = [1, 2, 3, 4, 5].flatMap((turns) =>
  Array.from({ length: turns }, (_, turn) =>
    requestEntry(`rllm-${turns}-${turn}`, {
      session: turns === 5 ? sent : `s${turns}`,
      time: noon + (6 - turns) * 10 * minute + turn * minute,
      model: turn % 2 === 0 ? 'large' : 'small',
      usd: turns === 2 ? null : turns / 1000,
      sessionDecision: turn === 1 ? { kept: null, switched: 'user-turn', switchUsd: 0.002 } : null,
      effort: turn === 1 ? 'high' : null,
      key: turns === 3 ? null : `key-${turns}`,
      policy: turns === 4 ? 'halves' : null,
      tags: turns === 1 ? ['50%_"x'] : [],
    }),
  ),
)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-sessions-'))
  db = await openDatabase(join(folder, 'store.db'))
  await insertAll(db, { requests: entries })
  await rollUp(db)
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

const day = { from: noon, to: noon + 24 * 60 * minute, limit: 50 }
const idsOf = async (filter: Partial<SessionFilter> = {}) =>
  (await readSessions(db, { ...day, order: 'newest', ...filter })).sessions.map(({ id }) => id)

it('orders sessions by their last request, dollars, turns or switches, in pages', async () => {
  expect(await idsOf()).toEqual(['s1', 's2', 's3', 's4', hostile])
  expect(await idsOf({ order: 'dearest' })).toEqual([hostile, 's4', 's3', 's1', 's2'])
  for (const order of ['longest', 'switching'] as const)
    expect(await idsOf({ order })).toEqual([hostile, 's4', 's3', 's2', 's1'])
  for (const order of ['newest', 'dearest', 'longest', 'switching'] as const) {
    const seen: string[] = []
    let after: SessionCursor | undefined
    do {
      const page = await readSessions(db, { ...day, order, limit: 2, after })
      seen.push(...page.sessions.map(({ id }) => id))
      after = page.next ?? undefined
    } while (after !== undefined)
    expect(seen).toEqual(await idsOf({ order }))
  }
})

it('filters by time, key, policy, tag and the beginning of the id', async () => {
  expect(await idsOf({ to: noon + 25 * minute })).toEqual(['s4', hostile])
  expect(await idsOf({ key: 'key-4' })).toEqual(['s4'])
  expect(await idsOf({ key: '' })).toEqual(['s3'])
  expect(await idsOf({ policy: 'halves' })).toEqual(['s4'])
  expect(await idsOf({ tag: '50%_"x' })).toEqual(['s1'])
  expect(await idsOf({ tag: '50' })).toEqual([])
  expect(await idsOf({ id: 's', from: 0, to: 1 })).toEqual(['s1', 's2', 's3', 's4'])
  expect(await idsOf({ id: hostile })).toEqual([hostile])
})

it('has the models of the turns, and what they cost', async () => {
  const { sessions } = await readSessions(db, { ...day, order: 'longest' })
  expect(sessions[1]).toEqual({
    id: 's4',
    firstTime: noon + 20 * minute,
    lastTime: noon + 23 * minute,
    requests: 4,
    usd: 0.016,
    unpriced: 0,
    switches: 3,
    key: 'key-4',
    policy: 'halves',
    models: ['large', 'small', 'large', 'small'],
  })
  expect(sessions[3]).toMatchObject({ id: 's2', usd: 0, unpriced: 2 })
})

it('finds the turns of an id with any characters, also those that are in no total yet', async () => {
  const found = await readSession(db, { id: sent })
  expect(found?.turns.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((turn) => `rllm-5-${turn}`))
  expect(found?.turns[1]).toMatchObject({
    model: 'small',
    usd: 0.005,
    tokens: { input: 20, cachedInput: 5 },
    sessionDecision: { kept: null, switched: 'user-turn', switchUsd: 0.002 },
    effort: 'high',
  })
  expect(found?.turns[0]).toMatchObject({ sessionDecision: null, effort: null })
  expect(await readSession(db, { id: 'a' })).toBeNull()
  await insertAll(db, { requests: [requestEntry('rllm-new', { session: 'new\u0000one' })] })
  expect((await readSession(db, { id: 'new\u0000one' }))?.turns).toHaveLength(1)
  const listed = await readRequests(db, { session: sent, limit: 50 })
  expect(listed.requests.map(({ session }) => session)).toEqual(Array(5).fill(hostile))
  const trace = await readRequest(db, { id: 'rllm-5-2' }, folder)
  expect(trace?.session).toBe(hostile)
  expect(trace?.turns).toHaveLength(5)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { shadowEntry } from '../../../test/support/store/shadow-entries.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import type { RequestEntry, ShadowEntry } from '../entries/entry.ts'
import { answerQueueItem, listQueue, putUp } from './label-queue.ts'
import { readLabels, readSignals } from './labels.ts'
import { readShadowUsd, summariseShadowPairs } from './shadow-pairs.ts'

let folder: string
let db: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-records-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const insert = (requests: RequestEntry[], shadows: ShadowEntry[]) => insertAll(db, { requests, shadows })

describe('shadow pairs', () => {
  it('become labels and dollars of an account of their own, once', async () => {
    const pairs = [
      shadowEntry('a'),
      shadowEntry('b', { verdict: 'tie', judge: 'rule', orders: null, labelPropensity: null }),
      shadowEntry('c', { verdict: null, problem: 'unreadable', judgeUsd: null }),
    ]
    await insert([], pairs)
    await insert([], pairs)
    expect(await summariseShadowPairs(db, 0)).toEqual({
      pairs: 3,
      verdicts: { other: 1, tie: 1 },
      problems: { unreadable: 1 },
      otherUsd: 0.006,
      judgeUsd: 0.001,
      unpriced: 1,
    })
    expect((await summariseShadowPairs(db, Date.UTC(2026, 10, 30, 13))).pairs).toBe(0)
    const labels = await readLabels(db, ['a', 'b', 'c'])
    expect(labels.get('a')).toEqual([
      {
        requestId: 'a',
        time: Date.UTC(2026, 10, 30, 12),
        source: 'shadow',
        scores: { small: 0, large: 1 },
        propensity: 0.02,
        actor: 'judge',
      },
    ])
    expect(labels.get('b')).toMatchObject([{ scores: { small: 0.5, large: 0.5 }, propensity: null }])
    expect(labels.has('c')).toBe(false)
    expect(await readShadowUsd(db, ['a'])).toEqual(new Map([['a', { small: 0.0001, large: 0.002 }]]))
    expect(await db.selectFrom('accounts').selectAll().execute()).toEqual([
      { account: 'shadow', day: 20_787, requests: 3, tokens: 0, charged_nanousd: 7_500_000 },
    ])
  })
})

describe('readSignals', () => {
  it('finds what later requests say of earlier ones', async () => {
    const signal = { kind: 'complaint', requestId: 'a' } as const
    await insert([requestEntry('a'), requestEntry('b', { signal }), requestEntry('c')], [])
    expect(await readSignals(db, ['a', 'b', 'c'])).toEqual(
      new Map([['a', [{ kind: 'complaint', from: 'b', time: requestEntry('b').time }]]]),
    )
  })
})

describe('the label queue', () => {
  const item = (requestId: string, worth: number) =>
    ({ requestId, time: 1000, reason: 'uncertain', worth, propensity: 0.25 }) as const

  it('lists the most worthy first, and puts a request up once', async () => {
    expect(await putUp(db, [item('a', 0.2), item('b', 0.9), item('c', 0.5)])).toBe(3)
    expect(await putUp(db, [item('b', 0.1)])).toBe(0)
    const listed = await listQueue(db, { limit: 2 })
    expect(listed.map(({ requestId, worth }) => [requestId, worth])).toEqual([
      ['b', 0.9],
      ['c', 0.5],
    ])
    expect(await listQueue(db, { limit: 2, offset: 2 })).toEqual([{ ...item('a', 0.2), state: 'waiting' }])
  })

  it('makes labels of answers, with the probability of having been put up', async () => {
    await putUp(db, [item('a', 0.2)])
    const answer = { requestId: 'a', scores: { small: 0, large: 1 }, actor: 'ann', time: 2000 }
    expect(await answerQueueItem(db, answer)).toBe(true)
    expect(await answerQueueItem(db, { ...answer, scores: { small: 1, large: 1 }, time: 3000 })).toBe(true)
    expect(await listQueue(db, { limit: 9 })).toEqual([])
    expect((await listQueue(db, { limit: 9, state: 'answered' })).length).toBe(1)
    expect((await readLabels(db, ['a'])).get('a')).toEqual([
      {
        requestId: 'a',
        time: 3000,
        source: 'person',
        scores: { small: 1, large: 1 },
        propensity: 0.25,
        actor: 'ann',
      },
    ])
    expect(await answerQueueItem(db, { ...answer, scores: null })).toBe(true)
    expect((await readLabels(db, ['a'])).size).toBe(0)
    expect(await answerQueueItem(db, { ...answer, requestId: 'unknown' })).toBe(false)
  })
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../../test/support/store/entries.ts'
import { insertAll } from '../../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../../database/open-database.ts'
import type { RequestEntry } from '../../entries/entry.ts'
import { rollUp } from '../../totals/roll-up.ts'
import { readLatency } from './read-latency.ts'
import { readNames } from './read-names.ts'
import { readRequest } from './read-request.ts'
import { readRequests } from './read-requests.ts'
import { readFailures } from './totals/read-failures.ts'
import { readTokens } from './totals/read-tokens.ts'
import { readUsage } from './totals/read-usage.ts'

let folder = ''
let db: Database
const hour = 3_600_000
const noon = Date.UTC(2026, 10, 30, 12)
const day = { from: noon - 12 * hour, to: noon + 12 * hour }

/** Twelve requests, one each hour: of large and small in turn. */
const entries: readonly RequestEntry[] = Array.from({ length: 12 }, (_, index) =>
  requestEntry(`rllm-${index}`, {
    time: noon + (index - 6) * hour,
    model: index % 2 === 0 ? 'large' : 'small',
    task: index < 3 ? 'proof' : 'look-up',
    policy: index < 6 ? 'halves' : null,
    key: index === 11 ? null : 'web',
    status: index === 4 ? 502 : 200,
    fallback: index === 4 || index === 5 ? 'upstream-error' : null,
    usd: index === 10 ? null : 0.001 * (index + 1),
    tags: index === 7 ? ['50%_"x'] : [],
    ms: { overhead: 0.5, queued: null, firstByte: 10 * (index + 1), total: 100 * (index + 1) },
    session: index < 5 ? 'talk' : null,
  }),
)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routellm-reads-'))
  db = await openDatabase(join(folder, 'store.db'))
  await insertAll(db, { requests: entries })
  await rollUp(db)
})
afterAll(async () => {
  await db.destroy()
  await rm(folder, { recursive: true, force: true })
})

describe('readTokens', () => {
  it.each([
    ['everything', {}],
    ['half a day, by hours', { from: noon, to: noon + 6 * hour }],
    ['a model', { model: 'small' }],
    ['requests without a policy', { policy: '' }],
    ['a key', { key: 'web' }],
    ['a tag', { tag: '50%_"x' }],
  ])('has the tokens of %s by model, policy and router', async (_what, names) => {
    const filter = { ...day, ...names }
    const { total, models, policies } = await readUsage(db, filter)
    const rows = await readTokens(db, filter)
    const sum = (of: typeof rows) => of.reduce((tokens, { inputTokens }) => tokens + inputTokens, 0)
    expect(total.inputTokens).toBeGreaterThan(0)
    expect(sum(rows)).toBe(total.inputTokens)
    for (const { name, inputTokens } of models)
      expect(sum(rows.filter(({ model }) => model === name))).toBe(inputTokens)
    for (const { name, inputTokens } of policies)
      expect(sum(rows.filter(({ policy }) => policy === name))).toBe(inputTokens)
  })
})

describe('readFailures', () => {
  it('counts each request that failed or was rescued once', async () => {
    expect(await readFailures(db, day)).toEqual([
      { kind: 'failed', status: 502, requests: 1 },
      { kind: 'rescued', fallback: 'upstream-error', requests: 1 },
    ])
    expect(await readFailures(db, { ...day, model: 'small' })).toEqual([
      { kind: 'rescued', fallback: 'upstream-error', requests: 1 },
    ])
    expect(await readFailures(db, { ...day, to: noon - 2 * hour })).toEqual([])
    expect(await readFailures(db, { ...day, key: 'web' })).toBeNull()
  })
})

describe('readUsage', () => {
  it('adds up by name and by hour', async () => {
    const usage = await readUsage(db, day)
    expect(usage.total).toMatchObject({
      requests: 12,
      errors: 1,
      fallbacks: 2,
      unpriced: 1,
      inputTokens: 240,
    })
    expect(usage.total.usd).toBeCloseTo(0.078 - 0.011, 9)
    expect(usage.rescued).toBe(1)
    expect(usage.buckets.reduce((sum, { rescued }) => sum + rescued, 0)).toBe(1)
    expect(usage.models.map(({ name, requests }) => [name, requests])).toEqual([
      ['large', 6],
      ['small', 6],
    ])
    expect(usage.tasks.map(({ name, requests }) => [name, requests])).toEqual([
      ['look-up', 9],
      ['proof', 3],
    ])
    expect(usage.keys.map(({ name }) => name)).toEqual(['web', ''])
    expect(usage.bucketMs).toBe(hour)
    expect(usage.buckets).toHaveLength(12)
    expect(usage.buckets[0]).toMatchObject({ time: noon - 6 * hour, requests: 1, models: { large: 1 } })
  })

  it('filters by time, model, policy, key and tag; the empty name is none', async () => {
    const count = async (filter: object) => (await readUsage(db, { ...day, ...filter })).total.requests
    expect(await count({ from: noon, to: noon + 2 * hour })).toBe(2)
    expect(await count({ model: 'small' })).toBe(6)
    expect(await count({ policy: 'halves' })).toBe(6)
    expect(await count({ policy: '' })).toBe(6)
    expect(await count({ key: '' })).toBe(1)
    expect(await count({ tag: '50%_"x' })).toBe(1)
    expect(await count({ tag: '50' })).toBe(0)
    expect(await count({ model: `small' or 1 = 1 --` })).toBe(0)
  })
})

it('readLatency gives percentiles of the requests that were answered, to 5 %', async () => {
  for (const [filter, exact] of [
    [day, 700],
    [{ ...day, key: 'web' }, 600],
  ] as const) {
    const { total, firstByte } = await readLatency(db, filter)
    expect(Math.abs(total!.p50 / exact - 1)).toBeLessThan(0.051)
    expect(Math.abs(firstByte!.p50 / (exact / 10) - 1)).toBeLessThan(0.051)
    expect(total!.p95).toBeGreaterThan(1000)
  }
  expect(await readLatency(db, { from: 0, to: 1 })).toEqual({ total: null, firstByte: null })
})

describe('readRequests', () => {
  const ids = async (filter: object) =>
    (await readRequests(db, { limit: 50, ...filter })).requests.map(({ id }) => Number(id.slice(5)))

  it('pages through all of them, newest first, each once', async () => {
    const seen: string[] = []
    let before: number | undefined
    do {
      const page = await readRequests(db, { limit: 5, before })
      seen.push(...page.requests.map(({ id }) => id))
      before = page.next ?? undefined
    } while (before !== undefined)
    expect(seen).toEqual(entries.map(({ id }) => id).reverse())
  })

  it('filters', async () => {
    expect(await ids({ status: 'error' })).toEqual([4])
    expect(await ids({ status: 502 })).toEqual([4])
    expect(await ids({ fallback: true })).toEqual([5, 4])
    expect(await ids({ session: 'talk', model: 'large' })).toEqual([4, 2, 0])
    expect(await ids({ task: 'proof' })).toEqual([2, 1, 0])
    expect(await ids({ key: '' })).toEqual([11])
    expect(await ids({ id: 'rllm-1' })).toEqual([11, 10, 1])
    expect(await ids({ id: 'up-rllm-3' })).toEqual([3])
    expect(await ids({ id: '%' })).toEqual([])
    expect(await readNames(db, day)).toEqual({
      models: ['large', 'small'],
      tasks: ['look-up', 'proof'],
      policies: ['', 'halves'],
      keys: ['', 'web'],
      tags: ['50%_"x'],
    })
  })
})

describe('readRequest', () => {
  it('gives all that is kept, and the turns of its session', async () => {
    const trace = await readRequest(db, { id: 'up-rllm-2' }, folder)
    expect(trace).toMatchObject({
      id: 'rllm-2',
      usd: 0.003,
      totalMs: 300,
      candidates: [{ model: 'small', usd: 0.0001, score: 0.875, excluded: null, propensity: null }],
      calls: [{ model: 'large', sentMs: 0.5, firstByteMs: 30, isRefused: false }],
      feedback: [],
      text: null,
    })
    expect(trace?.turns.map(({ id }) => id)).toEqual(['rllm-0', 'rllm-1', 'rllm-2', 'rllm-3', 'rllm-4'])
  })

  it('does not take an answer that broke off, with a code of the gateway, for an error of the upstream', async () => {
    const failed = {
      ...{ status: 502, tokens: null, usd: null, session: null, key: null },
      time: noon + day.to,
    }
    await insertAll(db, {
      requests: [
        requestEntry('rllm-broken', { ...failed, error: 'upstream-broke-off' }),
        requestEntry('rllm-refused', failed),
      ],
    })
    const refusedOf = async (id: string) => (await readRequest(db, { id }, folder))?.calls[0]?.isRefused
    expect(await refusedOf('rllm-broken')).toBe(false)
    expect(await refusedOf('rllm-refused')).toBe(true)
  })

  it('has the labels of a judge and a person, scores of feedback, and whether it waits for a label', async () => {
    const of = { request_id: 'rllm-3', time: noon }
    const scores = JSON.stringify({ large: 1, small: 0.5 })
    await db
      .insertInto('labels')
      .values({
        ...of,
        id: 'person:rllm-3',
        source: 'person',
        scores,
        weight: 1,
        propensity: null,
        actor: 'Ada',
      })
      .execute()
    await db
      .insertInto('label_queue')
      .values({ ...of, reason: 'base', worth: 1, propensity: 1, state: 'waiting', answered: null })
      .execute()
    await db
      .insertInto('feedback')
      .values({ ...of, id: 'f', thumbs: null, score: null, correction: null, scores, key: null })
      .execute()
    const expected = { large: 1, small: 0.5 }
    expect(await readRequest(db, { id: 'rllm-3' }, folder)).toMatchObject({
      labels: [{ time: noon, source: 'person', scores: expected, actor: 'Ada' }],
      feedback: [{ time: noon, scores: expected }],
      waitsForLabel: true,
    })
    expect(await readRequest(db, { id: 'rllm-2' }, folder)).toMatchObject({
      labels: [],
      waitsForLabel: false,
    })
  })

  it('is null for one that is not there', async () => {
    expect(await readRequest(db, { id: 'rllm-none' }, folder)).toBeNull()
  })
})

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { shadowEntry } from '../../../test/support/store/shadow-entries.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import type { Entry } from '../entries/entry.ts'
import { encodeFrame } from '../journal/frame.ts'
import { storePaths } from '../paths.ts'
import { openTextFiles, readText } from '../texts/text-files.ts'
import { ingestJournal } from './ingest.ts'

let folder: string
let db: Database
const now = Date.UTC(2026, 10, 30, 13)
const paths = () => storePaths(folder)
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-ingest-'))
  mkdirSync(paths().journal)
  db = await openDatabase(paths().database)
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const segment = (count: number) => `00179603381519${count}-447639110005-${count}.journal`

function append(count: number, ...entries: readonly Entry[]): void {
  const bytes = Buffer.concat(entries.map((entry) => encodeFrame(JSON.stringify(entry))))
  appendFileSync(join(paths().journal, segment(count)), bytes)
}

const ingest = (time = now) =>
  ingestJournal(db, { journalFolder: paths().journal, now: () => time, texts: openTextFiles(paths().texts) })

const ids = async () =>
  (await db.selectFrom('requests').select('id').orderBy('seq').execute()).map(({ id }) => id)

describe('ingestJournal', () => {
  it('takes each entry once, however often and from however many segments it reads', async () => {
    append(1, requestEntry('a'), requestEntry('b'))
    expect(await ingest()).toEqual({ requests: 2, feedback: 0, damagedBytes: 0 })
    append(1, requestEntry('c'))
    append(2, requestEntry('d'))
    expect((await ingest()).requests).toBe(2)
    expect((await ingest()).requests).toBe(0)
    expect(await ids()).toEqual(['a', 'b', 'c', 'd'])
    expect(await db.selectFrom('accounts').selectAll().orderBy('account').execute()).toEqual([
      { account: 'gateway', day: 20_787, requests: 4, tokens: 120, charged_nanousd: 4 * 123_456 },
      { account: 'key:web', day: 20_787, requests: 4, tokens: 120, charged_nanousd: 4 * 123_456 },
    ])
  })

  it('counts an entry once that two segments have', async () => {
    append(1, requestEntry('a'))
    await ingest()
    append(2, requestEntry('a'), requestEntry('b'), requestEntry('b'))
    expect((await ingest()).requests).toBe(1)
    const [gateway] = await db.selectFrom('accounts').selectAll().orderBy('account').execute()
    expect(gateway).toMatchObject({ requests: 2, charged_nanousd: 2 * 123_456 })
  })

  it('takes shadow calls', async () => {
    append(1, requestEntry('a'), shadowEntry('a'))
    await ingest()
    append(2, shadowEntry('a'))
    await ingest()
    expect(await db.selectFrom('shadow_pairs').selectAll().execute()).toEqual([
      {
        id: 'a',
        request_id: 'a',
        day: 20_787,
        time: Date.UTC(2026, 10, 30, 12),
        model: 'small',
        other_model: 'large',
        cost_nanousd: 2_000_000,
        propensity: 0.02,
        verdict: 'other',
        judge: 'judge',
        policy: 'halves',
        model_cost_nanousd: 100_000,
        judge_cost_nanousd: 500_000,
        orders: '["other","other"]',
        problem: null,
      },
    ])
  })

  it('writes every column', async () => {
    const others = [
      {
        model: 'large',
        tokens: null,
        events: 3,
        usd: null,
        isRefused: false,
        isAborted: false,
        sentMs: 1,
        firstByteMs: null,
      },
    ]
    append(
      1,
      requestEntry('a', {
        otherCalls: others,
        candidates: [{ model: 'small', usd: 0.0001, score: 0.875, excluded: null, propensity: 0.25 }],
        experiment: { id: 'cheaper', arm: 'treatment' },
        features: 'AAAA',
        signal: { kind: 'complaint', requestId: 'b' },
        sessionDecision: { kept: null, switched: 'idle', switchUsd: 0.25 },
        effort: 'high',
        pace: { factor: 1.5, ownThreshold: 0.5, budget: null },
        error: 'no-candidate',
        ms: { overhead: 0.3004, queued: 2, firstByte: 180, total: 900 },
      }),
    )
    await ingest()
    const [row] = await db.selectFrom('requests').selectAll().execute()
    expect(row).toEqual({
      seq: 1,
      id: 'a',
      upstream_id: 'up-a',
      day: 20_787,
      time: Date.UTC(2026, 10, 30, 12),
      protocol: 'chat-completions',
      path: '/v1/chat/completions',
      status: 200,
      stream: 0,
      model: 'small',
      upstream: 'small-1',
      task: 'look-up',
      policy: null,
      router: 'mf',
      threshold: 0.25,
      strong_win_rate: 0.125,
      side: 'weak',
      fallback: null,
      over_budget: null,
      attempts: 1,
      input_tokens: 20,
      cached_input_tokens: 5,
      cache_write_input_tokens: 0,
      cache_write_1h_input_tokens: 0,
      output_tokens: 10,
      events: null,
      cost_nanousd: 123_456,
      charged_nanousd: 123_456,
      overhead_us: 300,
      queued_us: 2000,
      first_byte_us: 180_000,
      total_us: 900_000,
      session: 'talk',
      key: 'web',
      tags: '["contract"]',
      calls: JSON.stringify(others),
      candidates: JSON.stringify([
        { model: 'small', usd: 0.0001, score: 0.875, excluded: null, propensity: 0.25 },
      ]),
      propensity: 0.25,
      features: 'AAAA',
      text_offset: null,
      text_bytes: null,
      text_line: null,
      experiment: 'cheaper',
      arm: 'treatment',
      signal: 'complaint',
      signal_of: 'b',
      session_decision: 'switched idle',
      switch_nanousd: 250_000_000,
      effort: 'high',
      pace: '{"factor":1.5,"ownThreshold":0.5,"budget":null}',
      error: 'no-candidate',
    })
  })

  it('amends a request, and takes feedback once', async () => {
    const feedback = {
      kind: 'feedback',
      id: 'f',
      requestId: 'a',
      time: now,
      thumbs: 'up',
      score: null,
      correction: null,
      scores: { small: 1 },
      key: 'web',
    } as const
    append(1, requestEntry('a'), feedback, feedback)
    append(1, { kind: 'amend', id: 'a', time: Date.UTC(2026, 10, 30, 12), status: 499, totalMs: 1000 })
    expect(await ingest()).toMatchObject({ requests: 1, feedback: 1 })
    expect(await db.selectFrom('requests').select(['status', 'total_us']).execute()).toEqual([
      { status: 499, total_us: 1_000_000 },
    ])
    expect(await db.selectFrom('feedback').select(['id', 'request_id', 'scores']).execute()).toEqual([
      { id: 'f', request_id: 'a', scores: '{"small":1}' },
    ])
  })

  it('waits for the rest of an entry, and skips a damaged one', async () => {
    const file = join(paths().journal, segment(1))
    const frame = encodeFrame(JSON.stringify(requestEntry('a')))
    writeFileSync(file, frame.subarray(0, 40))
    expect(await ingest()).toEqual({ requests: 0, feedback: 0, damagedBytes: 0 })
    appendFileSync(file, frame.subarray(40))
    expect((await ingest()).requests).toBe(1)
    appendFileSync(file, 'no entry\n')
    append(1, requestEntry('b'))
    expect(await ingest()).toEqual({ requests: 1, feedback: 0, damagedBytes: 9 })
    expect(await db.selectFrom('journal_positions').select('damaged_bytes').execute()).toEqual([
      { damaged_bytes: 9 },
    ])
  })

  it('removes a segment once it is ended and read, or a day after a killed process wrote to it last', async () => {
    append(1, requestEntry('a'))
    append(2, requestEntry('b'), { kind: 'end' })
    const torn = join(paths().journal, segment(1))
    appendFileSync(torn, 'torn')
    await ingest()
    expect(readdirSync(paths().journal)).toEqual([segment(1)])
    utimesSync(torn, now / 1000 - 3600, now / 1000 - 3600)
    await ingest()
    expect(readdirSync(paths().journal)).toEqual([segment(1)])
    await ingest(now + 24 * 3_600_000)
    expect(readdirSync(paths().journal)).toEqual([])
    expect(await ids()).toEqual(['a', 'b'])
    expect(await db.selectFrom('journal_positions').selectAll().execute()).toEqual([])
  })

  it('goes back to before a batch that fails, and takes it again', async () => {
    append(1, requestEntry('a'))
    const broken = {
      append: () => {
        throw new Error('the disk is full')
      },
    }
    const attempt = ingestJournal(db, { journalFolder: paths().journal, now: () => now, texts: broken })
    await expect(attempt).rejects.toThrow('the disk is full')
    expect(await ids()).toEqual([])
    expect((await ingest()).requests).toBe(1)
  })

  it('takes turns with another process that reads the same journal', async () => {
    const other = await openDatabase(paths().database, { busyTimeoutMs: 10 })
    for (let at = 0; at < 40; at++) append(1, requestEntry(`r${at}`, { text: null }))
    const read = (database: Database) =>
      ingestJournal(database, {
        journalFolder: paths().journal,
        now: () => now,
        texts: openTextFiles(paths().texts),
      })
    const [one, two] = await Promise.allSettled([read(db), read(other)])
    await other.destroy()
    const count = (result: typeof one) => (result?.status === 'fulfilled' ? result.value.requests : 0)
    await ingest()
    expect(await ids()).toHaveLength(40)
    expect(count(one) + count(two)).toBeLessThanOrEqual(40)
    const [gateway] = await db.selectFrom('accounts').selectAll().orderBy('account').execute()
    expect(gateway).toMatchObject({ requests: 40 })
  })

  it('puts texts into the file of their day', async () => {
    const body = (text: string) => ({ text, totalBytes: text.length, isCut: false })
    const text = { request: body('{"a":1}'), response: body('hé\nllo') }
    append(
      1,
      requestEntry('a', { text }),
      requestEntry('b'),
      requestEntry('c', { text: { ...text, response: body('c') } }),
    )
    await ingest()
    append(1, requestEntry('d', { text }))
    await ingest()
    expect(readdirSync(paths().texts)).toEqual(['2026-11-30.jsonl.gz'])
    const rows = await db.selectFrom('requests').selectAll().orderBy('seq').execute()
    const texts = rows.map(({ day, text_offset: offset, text_bytes: bytes, text_line: line }) =>
      offset === null || bytes === null || line === null
        ? null
        : readText(paths().texts, day, { offset, bytes, line }).response.text,
    )
    expect(texts).toEqual(['hé\nllo', null, 'c', 'hé\nllo'])
    expect(readFileSync(join(paths().texts, '2026-11-30.jsonl.gz')).subarray(0, 2)).toEqual(
      Buffer.from([0x1f, 0x8b]),
    )
  })
})

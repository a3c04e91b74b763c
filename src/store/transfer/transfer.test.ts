import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import type { RequestEntry, ShadowEntry } from '../entries/entry.ts'
import { addAuditEvent } from '../records/audit-trail.ts'
import { writeExperiment } from '../records/experiments/stored-experiment.ts'
import { putLabel } from '../records/labels.ts'
import { addVersion } from '../records/versions.ts'
import { rollUp } from '../totals/roll-up.ts'
import { exportedKinds } from './columns.ts'
import { exportRows } from './export-rows.ts'
import { findCsvColumns, formatCsvLine } from './format-csv.ts'
import { importRows } from './import-rows.ts'
import { createParquetOutput, parquetColumns } from './parquet/write-parquet.ts'

let folder: string
let db: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'routellm-transfer-'))
  db = await openDatabase(join(folder, 'store.db'))
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const call = {
  model: 'large',
  tokens: null,
  events: 3,
  usd: null,
  isRefused: true,
  isAborted: false,
  sentMs: 1,
  firstByteMs: null,
}
const entries: readonly RequestEntry[] = [
  requestEntry('a', {
    call: { ...call, model: 'small' },
    otherCalls: [call],
    candidates: [
      { model: 'small', usd: 0.0001, score: null, excluded: null, propensity: 0.75 },
      { model: 'large', usd: null, score: 0.5, excluded: 'budget', propensity: 0 },
    ],
    experiment: { id: 'cheaper', arm: 'treatment' },
    features: 'AAAA',
    signal: { kind: 'complaint', requestId: 'b' },
    sessionDecision: { kept: 'dollars', switched: null, switchUsd: 0.25 },
    effort: 'high',
    pace: { factor: 1.5, ownThreshold: 0.5, budget: { key: 'web', limit: 'usdPerDay' } },
    error: 'no-candidate',
    fallback: 'upstream-error',
  }),
  requestEntry('b', { tokens: null, usd: null, chargedUsd: null, tags: [], session: null, candidates: null }),
]

const shadowPair = (requestId: string, labelPropensity: number | null): ShadowEntry => ({
  ...{ kind: 'shadow', requestId, time: Date.UTC(2026, 10, 30, 12), policy: null, model: 'small' },
  ...{ otherModel: 'large', modelUsd: 0.0001, otherUsd: 0.002, judgeUsd: 0.003, chargedUsd: 0.005 },
  ...{ chargedAt: Date.UTC(2026, 10, 30, 12), propensity: 0.25, labelPropensity, verdict: 'other' },
  ...{ judge: 'judge', orders: ['other', 'other'], problem: null },
})

async function readAll(from: Database): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  const pages = exportRows(from, { what: 'everything', textFolder: folder, onMissingText: () => {} })
  for await (const page of pages) rows.push(...page)
  return rows
}

describe('an export', () => {
  it('has what the loop needs, and an import takes all of it', async () => {
    const feedback = [
      {
        ...{ kind: 'feedback' as const, id: 'f', requestId: 'a', time: Date.UTC(2026, 10, 30), thumbs: null },
        ...{ score: 0.5, correction: 'No.', scores: { small: 1, large: 0 }, key: null },
      },
    ]
    await insertAll(db, {
      requests: entries,
      feedback,
      shadows: [shadowPair('a', 0.25), shadowPair('b', null)],
    })
    await putLabel(db, {
      ...{ requestId: 'b', time: Date.UTC(2026, 10, 30), source: 'person', scores: { small: 0.25 } },
      ...{ propensity: null, actor: 'ann' },
    })
    const rows = await readAll(db)
    expect(rows[0]).toMatchObject({
      propensity: 0.75,
      experiment: { id: 'cheaper', arm: 'treatment' },
      features: 'AAAA',
      signal: { kind: 'complaint', requestId: 'b' },
      sessionDecision: { kept: 'dollars', switched: null, switchUsd: 0.25 },
      effort: 'high',
      pace: entries[0]!.pace,
      error: 'no-candidate',
      candidates: entries[0]!.candidates,
      calls: [{ model: 'small' }, { model: 'large', isRefused: true }],
    })
    const file = join(folder, 'rows.jsonl')
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
    const other = await openDatabase(join(folder, 'other.db'))
    const never = new AbortController().signal
    const leftOut = { sessions: 0, versions: 0, experiments: 0, audit: 0 }
    expect(await importRows(other, file, never)).toEqual({
      ...{ requests: 2, feedback: 1, labels: 3, shadow: 2, known: 0 },
      leftOut,
    })
    expect(await readAll(other)).toEqual(rows)
    expect(await importRows(other, file, never)).toEqual({
      ...{ requests: 0, feedback: 0, labels: 0, shadow: 0, known: 8 },
      leftOut,
    })
    const accounts = (each: Database) =>
      each.selectFrom('accounts').selectAll().orderBy('account').orderBy('day').execute()
    expect(await accounts(other)).toEqual(await accounts(db))
    const columns = (each: Database) => each.selectFrom('requests').selectAll().orderBy('seq').execute()
    expect(await columns(other)).toEqual(await columns(db))
    await other.destroy()
  })

  it('has everything else that the store remembers, with types and ids, and an import counts what it leaves out', async () => {
    const time = Date.UTC(2026, 10, 30)
    await insertAll(db, { requests: entries })
    await rollUp(db)
    const locked = {
      ...{ router: 'learned', artifact: 'learned', sha256: 'f'.repeat(64), threshold: 0.5 },
      certificate: { maxLoss: 0.05, confidence: 0.95, labels: 236, validUntil: '2026-12-30' },
      evidence: { against: 'mf', apgr: null },
    }
    await addVersion(db, { time, policy: 'auto', locked })
    await writeExperiment(db, {
      id: 'cheaper',
      time,
      state: 'running',
      definition: '{"share":0.5}',
      result: null,
    })
    const event = { time, actor: 'learn', action: 'promote', subject: 'auto', detail: { why: 'cheaper' } }
    // More than a page.
    await db
      .insertInto('audit_trail')
      .values(Array.from({ length: 1_001 }, () => ({ ...event, detail: JSON.stringify(event.detail) })))
      .execute()
    const rows = await readAll(db)
    const iso = new Date(time).toISOString()
    const session = rows.find(({ type }) => type === 'session')
    expect(session).toMatchObject({ id: entries[0]!.session, requests: 1, usd: 0.000_123_456, unpriced: 0 })
    expect(rows.filter(({ type }) => type === 'version')).toEqual([
      {
        ...{ type: 'version', time: iso, id: `auto/learned/${time}`, kind: 'router', name: 'auto' },
        ...{ sha256: locked.sha256, manifest: locked },
      },
    ])
    expect(rows.filter(({ type }) => type === 'experiment')).toEqual([
      {
        ...{ type: 'experiment', time: iso, id: 'cheaper', state: 'running' },
        ...{ definition: { share: 0.5 }, result: null },
      },
    ])
    const audited = rows.filter(({ type }) => type === 'audit')
    expect(audited.map(({ id }) => id)).toEqual(Array.from({ length: 1_001 }, (_, index) => `${index + 1}`))
    expect(audited[1_000]).toEqual({ ...event, type: 'audit', time: iso, id: '1001' })
    const file = join(folder, 'rows.jsonl')
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
    const other = await openDatabase(join(folder, 'other.db'))
    expect(await importRows(other, file, new AbortController().signal)).toEqual({
      ...{ requests: 2, feedback: 0, labels: 0, shadow: 0, known: 0 },
      leftOut: { sessions: 1, versions: 1, experiments: 1, audit: 1_001 },
    })
    // Sessions follow from the requests.
    await rollUp(other)
    expect((await readAll(other)).find(({ type }) => type === 'session')).toEqual(session)
    await other.destroy()
  })

  it.each(exportedKinds.filter((kind) => kind !== 'requests'))(
    'has %s of one kind, and all their columns',
    async (kind) => {
      const time = Date.UTC(2026, 10, 30)
      const said = { thumbs: null, score: 0.5, correction: null, scores: null, key: null }
      await insertAll(db, {
        requests: entries,
        feedback: [{ kind: 'feedback', id: 'f', requestId: 'a', time, ...said }],
        shadows: [shadowPair('a', 0.25)],
      })
      await rollUp(db)
      await db
        .insertInto('versions')
        .values({ id: 'v', time, kind: 'router', name: 'auto', sha256: null, manifest: '{}' })
        .execute()
      await writeExperiment(db, { id: 'cheaper', time, state: 'running', definition: '{}', result: null })
      await addAuditEvent(db, {
        time,
        actor: 'learn',
        action: 'refuse',
        subject: 'auto',
        detail: { sessions: 1 },
      })
      const pages: Record<string, unknown>[][] = []
      for await (const page of exportRows(db, { what: kind, textFolder: folder, onMissingText: () => {} }))
        pages.push([...page])
      const [row] = pages.flat()
      expect(pages.flat()).toHaveLength(1)
      expect(new Set(['type', ...findCsvColumns(kind)])).toEqual(new Set(Object.keys(row!)))
      const parts: Uint8Array[] = []
      const output = createParquetOutput(parquetColumns[kind], async (bytes) => void parts.push(bytes))
      await output.add([row!])
      await output.end()
      const read = await parquetReadObjects({ file: new Uint8Array(Buffer.concat(parts)).buffer })
      expect(read).toEqual([expect.objectContaining({ time: new Date(String(row!.time)), id: row!.id })])
    },
  )

  it('has the same rows as CSV and as Parquet', async () => {
    await insertAll(db, { requests: entries })
    const rows = await readAll(db)
    const [line = ''] = rows.map((row) => formatCsvLine(row, findCsvColumns('requests')))
    expect(line).toContain(
      ',cheaper,treatment,complaint,b,dollars,,0.25,high,1.5,0.5,web,usdPerDay,no-candidate\n',
    )
    const parts: Uint8Array[] = []
    const output = createParquetOutput(parquetColumns.requests, async (bytes) => void parts.push(bytes))
    await output.add(rows)
    await output.add(Array.from({ length: 45_000 }, () => rows[1]!))
    await output.end()
    writeFileSync(join(folder, 'rows.parquet'), Buffer.concat(parts))
    const bytes = new Uint8Array(readFileSync(join(folder, 'rows.parquet')))
    const read = await parquetReadObjects({ file: bytes.buffer })
    expect(read).toHaveLength(45_002)
    expect(read[0]).toMatchObject({
      time: new Date('2026-11-30T12:00:00.000Z'),
      id: 'a',
      status: 200,
      stream: false,
      strongWinRate: 0.125,
      tokens_input: 20,
      usd: 0.000_123_456,
      ms_total: 900,
      tags: '["contract"]',
      candidates: JSON.stringify(rows[0]?.candidates),
      propensity: 0.75,
      experiment_arm: 'treatment',
      signal_requestId: 'b',
      sessionDecision_kept: 'dollars',
      sessionDecision_switchUsd: 0.25,
      effort: 'high',
      pace_factor: 1.5,
      pace_ownThreshold: 0.5,
      pace_budget_key: 'web',
      pace_budget_limit: 'usdPerDay',
      error: 'no-candidate',
      features: 'AAAA',
      request: null,
    })
    expect(read[45_001]).toMatchObject({ id: 'b', tokens_input: null, usd: null, session: null })
  })
})

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requestEntry } from '../../../test/support/store/entries.ts'
import { insertAll } from '../../../test/support/store/insert-entries.ts'
import { type Database, openDatabase } from '../database/open-database.ts'
import type { RequestEntry } from '../entries/entry.ts'
import { exportRows } from './export-rows.ts'
import { csvColumns, formatCsvLine } from './format-csv.ts'
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
    fallback: 'upstream-error',
  }),
  requestEntry('b', { tokens: null, usd: null, chargedUsd: null, tags: [], session: null, candidates: null }),
]

async function readAll(from: Database): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  const pages = exportRows(from, { what: 'all', textFolder: folder, onMissingText: () => {} })
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
    await insertAll(db, { requests: entries, feedback })
    const rows = await readAll(db)
    expect(rows[0]).toMatchObject({
      propensity: 0.75,
      experiment: { id: 'cheaper', arm: 'treatment' },
      features: 'AAAA',
      signal: { kind: 'complaint', requestId: 'b' },
      candidates: entries[0]!.candidates,
      calls: [{ model: 'small' }, { model: 'large', isRefused: true }],
    })
    const file = join(folder, 'rows.jsonl')
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
    const other = await openDatabase(join(folder, 'other.db'))
    const never = new AbortController().signal
    expect(await importRows(other, file, never)).toEqual({ requests: 2, feedback: 1, known: 0 })
    expect(await readAll(other)).toEqual(rows)
    expect(await importRows(other, file, never)).toEqual({ requests: 0, feedback: 0, known: 3 })
    const columns = (each: Database) => each.selectFrom('requests').selectAll().orderBy('seq').execute()
    expect(await columns(other)).toEqual(await columns(db))
    await other.destroy()
  })

  it('has the same rows as CSV and as Parquet', async () => {
    await insertAll(db, { requests: entries })
    const rows = await readAll(db)
    const [line = ''] = rows.map((row) => formatCsvLine(row, csvColumns))
    expect(line).toContain(',cheaper,treatment,complaint,b\n')
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
      features: 'AAAA',
      request: null,
    })
    expect(read[45_001]).toMatchObject({ id: 'b', tokens_input: null, usd: null, session: null })
  })
})

import { createInterface } from 'node:readline'
import { openRegularFile } from '../../base/files/read-file.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { Database } from '../database/open-database.ts'
import { createBatch, insertEntries } from '../ingest/insert-entries.ts'
import { insertLabel, insertPair } from '../ingest/insert-shadow-pairs.ts'
import { toParsedRequest } from '../ingest/request-row.ts'
import { type ImportedRow, type LeftOutRows, parseImportedRow } from './imported-row.ts'

/** How many rows are new, by kind. */
export type Imported = {
  readonly requests: number
  readonly feedback: number
  readonly labels: number
  readonly shadow: number
  /** Rows that were there already. */
  readonly known: number
  /** Rows of kinds that are not imported. */
  readonly leftOut: Readonly<Record<LeftOutRows, number>>
}

const rowsOfBatch = 2000

/**
 * Adds the rows of an export, or of a request log, in JSON Lines. Rows that are there already stay as they are; texts are not
 * imported, and rows of sessions, versions, experiments and the audit trail are counted and left out.
 *
 * @throws DataError `store-import` that names the first line that is no row; the lines before it may be in the store.
 */
export async function importRows(db: Database, file: string, signal: AbortSignal): Promise<Imported> {
  const handle = await openRegularFile(file).catch((cause: unknown) => {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new InvalidRequestError('bad-flags', `${file} cannot be read: ${problem}`, { param: 'file', cause })
  })
  const leftOut = { sessions: 0, versions: 0, experiments: 0, audit: 0 }
  const total = { requests: 0, feedback: 0, labels: 0, shadow: 0, known: 0 }
  let rows: ImportedRow[] = []
  const flush = async () => {
    const full = rows
    rows = []
    const added = await db.transaction().execute((trx) => insertRows(trx, full))
    for (const kind of addedKinds) total[kind] += added[kind]
    total.known += addedKinds.reduce((known, kind) => known - added[kind], full.length)
  }
  try {
    let lineNumber = 0
    for await (const line of createInterface({
      input: handle.createReadStream(),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      signal.throwIfAborted()
      lineNumber++
      if (line.trim() === '') continue
      const row = parseImportedRow(line, file, lineNumber)
      if (row.kind === 'left-out') leftOut[row.rows]++
      else rows.push(row)
      if (rows.length >= rowsOfBatch) await flush()
    }
    await flush()
  } finally {
    await handle.close()
  }
  return { ...total, leftOut }
}

const addedKinds = ['requests', 'feedback', 'labels', 'shadow'] as const

/** @returns how many are new. */
async function insertRows(
  db: Database,
  rows: readonly ImportedRow[],
): Promise<Record<(typeof addedKinds)[number], number>> {
  const batch = createBatch()
  let labels = 0
  let shadow = 0
  for (const row of rows) {
    if (row.kind === 'request') batch.requests.push(toParsedRequest(row))
    else if (row.kind === 'feedback') batch.feedback.push(row)
    else if (row.kind === 'label') labels += Number(await insertLabel(db, row.label))
    else if (row.kind === 'shadow') shadow += Number(await insertPair(db, row.pair))
  }
  return { ...(await insertEntries(db, batch, new Map())), labels, shadow }
}

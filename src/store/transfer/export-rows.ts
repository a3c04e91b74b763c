import type { Database } from '../database/open-database.ts'
import { toDay } from '../entries/request-columns.ts'
import { readText } from '../texts/text-files.ts'
import { toExportedFeedback, toExportedRequest } from './exported-row.ts'

export type ExportOptions = {
  readonly what: 'requests' | 'feedback' | 'all'
  readonly textFolder: string
  /** Called for a text that a row refers to and that cannot be read. */
  readonly onMissingText: () => void
}

type ExportedRow = Readonly<Record<string, unknown>>

const rowsOfPage = 1000

/** The rows of a store, the oldest first, a page in memory at a time. */
export async function* exportRows(
  db: Database,
  options: ExportOptions,
): AsyncGenerator<readonly ExportedRow[]> {
  if (options.what !== 'feedback') yield* exportRequests(db, options)
  if (options.what !== 'requests') yield* exportFeedback(db)
}

async function* exportRequests(db: Database, options: ExportOptions): AsyncGenerator<readonly ExportedRow[]> {
  let last = 0
  for (;;) {
    const rows = await db
      .selectFrom('requests')
      .selectAll()
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(rowsOfPage)
      .execute()
    if (rows.length > 0) yield rows.map((row) => toExportedRequest(row, findText(row, options)))
    if (rows.length < rowsOfPage) return
    last = rows.at(-1)!.seq
  }
}

async function* exportFeedback(db: Database): AsyncGenerator<readonly ExportedRow[]> {
  let last = ''
  for (;;) {
    const rows = await db
      .selectFrom('feedback')
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(rowsOfPage)
      .execute()
    if (rows.length > 0) yield rows.map(toExportedFeedback)
    if (rows.length < rowsOfPage) return
    last = rows.at(-1)!.id
  }
}

type TextReference = {
  readonly time: number
  readonly text_offset: number | null
  readonly text_bytes: number | null
  readonly text_line: number | null
}

function findText(row: TextReference, { textFolder, onMissingText }: ExportOptions) {
  const { text_offset: offset, text_bytes: bytes, text_line: line } = row
  if (offset === null || bytes === null || line === null) return null
  try {
    return readText(textFolder, toDay(row.time), { offset, bytes, line })
  } catch {
    onMissingText()
    return null
  }
}

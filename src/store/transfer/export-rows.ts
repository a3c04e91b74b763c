import type { Selectable } from 'kysely'
import type { Database } from '../database/open-database.ts'
import type { Tables } from '../database/tables.ts'
import { toDay } from '../entries/request-columns.ts'
import { readText } from '../texts/text-files.ts'
import { type ExportedKind, exportedKinds } from './columns.ts'
import {
  toExportedAuditEvent,
  toExportedExperiment,
  toExportedFeedback,
  toExportedLabel,
  toExportedRequest,
  toExportedSession,
  toExportedShadowPair,
  toExportedVersion,
} from './exported-row.ts'

export type ExportOptions = {
  /** `all` are requests and feedback, `everything` each kind. */
  readonly what: ExportedKind | 'all' | 'everything'
  readonly textFolder: string
  /** Called for a text that a row refers to and that cannot be read. */
  readonly onMissingText: () => void
}

type RequestRow = Selectable<Tables['requests']>
type Exported = Readonly<Record<string, unknown>>
type Pages = AsyncGenerator<readonly Exported[]>

const rowsOfPage = 1000

/** The rows of a store by kind, requests and the audit trail the oldest first, the others by their ids, a page in memory at a time. */
export async function* exportRows(db: Database, options: ExportOptions): Pages {
  for (const kind of kindsOf(options.what)) yield* pagesOfKind[kind](db, options)
}

function kindsOf(what: ExportOptions['what']): readonly ExportedKind[] {
  if (what === 'everything') return exportedKinds
  return what === 'all' ? ['requests', 'feedback'] : [what]
}

/** Postgres and SQLite have an index for each order. */
const pagesOfKind: Readonly<Record<ExportedKind, (db: Database, options: ExportOptions) => Pages>> = {
  requests: (db, options) =>
    readPages(
      (last) =>
        db
          .selectFrom('requests')
          .selectAll()
          .where('seq', '>', last?.seq ?? 0)
          .orderBy('seq'),
      (row: RequestRow) => toExportedRequest(row, findText(row, options)),
    ),
  feedback: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('feedback')
          .selectAll()
          .where('id', '>', last?.id ?? '')
          .orderBy('id'),
      toExportedFeedback,
    ),
  labels: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('labels')
          .selectAll()
          .where('id', '>', last?.id ?? '')
          .orderBy('id'),
      toExportedLabel,
    ),
  shadow: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('shadow_pairs')
          .selectAll()
          .where(({ eb, refTuple, tuple }) =>
            eb(refTuple('id', 'day'), '>', tuple(last?.id ?? '', last?.day ?? 0)),
          )
          .orderBy('id')
          .orderBy('day'),
      toExportedShadowPair,
    ),
  sessions: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('sessions')
          .selectAll()
          .where('id', '>', last?.id ?? '')
          .orderBy('id'),
      toExportedSession,
    ),
  versions: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('versions')
          .selectAll()
          .where('id', '>', last?.id ?? '')
          .orderBy('id'),
      toExportedVersion,
    ),
  experiments: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('experiments')
          .selectAll()
          .where('id', '>', last?.id ?? '')
          .orderBy('id'),
      toExportedExperiment,
    ),
  audit: (db) =>
    readPages(
      (last) =>
        db
          .selectFrom('audit_trail')
          .selectAll()
          .where('seq', '>', last?.seq ?? 0)
          .orderBy('seq'),
      toExportedAuditEvent,
    ),
}

type PageQuery<Row> = { limit(rows: number): { execute(): Promise<Row[]> } }

/** @param query of the rows after `last`, in their order; null before the first page. */
async function* readPages<Row>(
  query: (last: Row | null) => PageQuery<Row>,
  toExported: (row: Row) => Exported,
): Pages {
  let last: Row | null = null
  for (;;) {
    const rows: Row[] = await query(last).limit(rowsOfPage).execute()
    if (rows.length > 0) yield rows.map(toExported)
    if (rows.length < rowsOfPage) return
    last = rows.at(-1)!
  }
}

function findText(row: RequestRow, { textFolder, onMissingText }: ExportOptions) {
  const { text_offset: offset, text_bytes: bytes, text_line: line } = row
  if (offset === null || bytes === null || line === null) return null
  try {
    return readText(textFolder, toDay(row.time), { offset, bytes, line })
  } catch {
    onMissingText()
    return null
  }
}

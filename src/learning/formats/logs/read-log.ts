import { DataError } from '../../../errors.ts'
import { type PlacedRow, readRows } from '../read-rows.ts'
import { parseRow, type Row } from '../row.ts'
import { recogniseFormat } from './formats.ts'
import type { LogFormat, LoggedRequest } from './log-format.ts'

/** A row that cannot be read, and why. */
export type UnreadableRow = { readonly place: string; readonly reason: string }

export type LogEntry =
  | { readonly kind: 'request'; readonly request: LoggedRequest }
  | ({ readonly kind: 'unreadable' } & UnreadableRow)

const firstRows = 50

/**
 * Recognises the format of a log by its first rows.
 *
 * Throws `DataError`: `unknown-log-format`, `empty-log`, and the errors of reading the file.
 */
export async function recogniseLogFormat(file: string): Promise<LogFormat> {
  const rows: Row[] = []
  let read = 0
  for await (const { value } of logRows(file)) {
    if (isRow(value)) rows.push({ ...value })
    if (++read === firstRows) break
  }
  if (read === 0) throw emptyLog(file)
  return recogniseFormat(rows, file)
}

/**
 * Every row of a log as a request or as unreadable, in order. Logs often have rows that cannot be read, so such a row
 * does not stop the reading.
 *
 * Throws `DataError` if the file itself cannot be read.
 */
export async function* readLog(file: string, format: LogFormat): AsyncGenerator<LogEntry> {
  for await (const { place, value, broken } of logRows(file)) {
    if (broken === undefined) yield* entriesOf(value, place, format)
    else yield { kind: 'unreadable', place, reason: broken }
  }
}

export function emptyLog(file: string): DataError {
  return new DataError(
    'empty-log',
    `${file} has no rows. An audit needs a log of requests; docs/audit.md shows some.`,
  )
}

function* entriesOf(value: unknown, place: string, format: LogFormat): Generator<LogEntry> {
  if (!isRow(value)) {
    yield { kind: 'unreadable', place, reason: 'is not a JSON object' }
    return
  }
  const row = parseRow(value, place)
  for (const each of format.unpack?.(row) ?? [row]) {
    const read = format.read(each)
    yield read.kind === 'request' ? read : { kind: 'unreadable', place, reason: read.reason }
  }
}

type LogRow = Pick<PlacedRow, 'place' | 'value'> & { readonly broken?: string }

async function* logRows(file: string): AsyncGenerator<LogRow> {
  // `onBadRow` is called before the next row arrives, so the order of the file is kept.
  const broken: LogRow[] = []
  const rows = readRows(file, {
    plainCells: true,
    onBadRow: (error) => broken.push(brokenRow(error)),
  })
  for await (const row of rows) {
    yield* broken.splice(0)
    yield row
  }
  yield* broken
}

/**
 * Parses an error that begins with the row's place: `logs.jsonl line 3 is not JSON …`. The text that is not JSON may be
 * part of a prompt, so it is left out.
 */
function brokenRow({ code, message }: DataError): LogRow {
  const [, place = message, reason = 'cannot be read'] =
    /^(.*? (?:line|row|item) \d+) (.*)$/s.exec(message) ?? []
  return { place, value: undefined, broken: code.startsWith('invalid-json') ? 'is not JSON' : reason }
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { DataError } from '../../../errors.ts'
import type { PickPrompt } from '../../../routing/prompts/pick-prompt.ts'
import { type PlacedRow, readRows } from '../read-rows.ts'
import { parseRow, type Row } from '../row.ts'
import { parseBatchLine } from './batch/batch-line.ts'
import { joinBatches } from './batch/join-batch.ts'
import { recogniseFormat } from './formats.ts'
import type { LogFormat, LoggedRequest } from './log-format.ts'
import { columnLog } from './products/column-log.ts'

/** A row that cannot be read, and why. */
export type UnreadableRow = { readonly place: string; readonly reason: string }

export type ReadLogOptions = {
  /** Picks the scored text of a conversation: what the gateway scored, if it has the gateway's rule and its reader. */
  readonly pickPrompt: PickPrompt
  readonly signal?: AbortSignal | undefined
}

export type LogEntry =
  | { readonly kind: 'request'; readonly request: LoggedRequest }
  | ({ readonly kind: 'unreadable' } & UnreadableRow)

const firstRows = 50

/**
 * The format of a log of one or more files: that of their first rows, file by file. Files of a batch are joined by
 * `custom_id`, which reads them once.
 *
 * Throws `DataError`: `unknown-log-format`, `empty-log`, those of `joinBatches`, and the errors of reading the files.
 */
export async function recogniseLog(files: readonly string[], signal?: AbortSignal): Promise<LogFormat> {
  const formats = new Set<LogFormat>()
  let isBatch = true
  for (const file of files) {
    const rows = await readFirstRows(file, signal)
    formats.add(recogniseFormat(rows, file))
    isBatch &&= rows.every((row) => parseBatchLine(row) !== undefined)
  }
  const joined = isBatch ? await joinBatches(rowsOf(files, signal)) : undefined
  return joined ?? combineFormats([...formats])
}

/**
 * Recognises the format of a log by its first rows.
 *
 * Throws `DataError`: `unknown-log-format`, `empty-log`, and the errors of reading the file.
 */
export async function recogniseLogFormat(file: string): Promise<LogFormat> {
  return recogniseFormat(await readFirstRows(file), file)
}

/** Throws `DataError` `empty-log`, and the errors of reading the file. */
async function readFirstRows(file: string, signal?: AbortSignal): Promise<readonly Row[]> {
  const rows: Row[] = []
  let read = 0
  for await (const { value } of logRows(file, signal)) {
    if (isRow(value)) rows.push({ ...value })
    if (++read === firstRows) break
  }
  if (read === 0) throw emptyLog(file)
  return rows
}

async function* rowsOf(
  files: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<{ readonly file: string; readonly row: Row }> {
  for (const file of files)
    for await (const { value, broken } of logRows(file, signal))
      if (broken === undefined && isRow(value)) yield { file, row: value }
}

/** Several formats as one: each row is read in the first that recognises it. */
function combineFormats(formats: readonly LogFormat[]): LogFormat {
  const [first] = formats
  if (first === undefined || formats.length === 1) return first ?? columnLog
  const formatOf = (row: Row) => formats.find((format) => format.recognises(row)) ?? first
  return {
    name: formats.map(({ name }) => name).join(', '),
    expects: formats.map(({ expects }) => expects).join('; or '),
    recognises: (row) => formats.some((format) => format.recognises(row)),
    unpack: (row) => formatOf(row).unpack?.(row) ?? [row],
    read: (row, pickPrompt) => formatOf(row).read(row, pickPrompt),
  }
}

/**
 * Every row of a log as a request or as unreadable, in order. Logs often have rows that cannot be read, so such a row
 * does not stop the reading.
 *
 * Throws `DataError` if the file itself cannot be read; `signal.reason` once the signal aborts.
 */
export async function* readLog(
  file: string,
  format: LogFormat,
  { pickPrompt, signal }: ReadLogOptions,
): AsyncGenerator<LogEntry> {
  for await (const { place, value, broken } of logRows(file, signal)) {
    if (broken === undefined) yield* entriesOf({ place, value }, format, pickPrompt)
    else yield { kind: 'unreadable', place, reason: broken }
  }
}

export function emptyLog(file: string): DataError {
  return new DataError(
    'empty-log',
    `${file} has no rows. An audit needs a log of requests; docs/audit.md shows some.`,
  )
}

function* entriesOf(
  { place, value }: LogRow,
  format: LogFormat,
  pickPrompt: PickPrompt,
): Generator<LogEntry> {
  if (!isRow(value)) {
    yield { kind: 'unreadable', place, reason: 'is not a JSON object' }
    return
  }
  const row = parseRow(value, place)
  for (const each of format.unpack?.(row) ?? [row]) {
    const read = format.read(each, pickPrompt)
    yield read.kind === 'request' ? read : { kind: 'unreadable', place, reason: read.reason }
  }
}

type LogRow = Pick<PlacedRow, 'place' | 'value'> & { readonly broken?: string }

async function* logRows(file: string, signal?: AbortSignal): AsyncGenerator<LogRow> {
  // `onBadRow` is called before the next row arrives, so the order of the file is kept.
  const broken: LogRow[] = []
  const rows = readRows(file, {
    plainCells: true,
    signal,
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

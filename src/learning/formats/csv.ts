import { DataError } from '../../errors.ts'
import {
  defaultMaxLineBytes,
  type OnBadRow,
  readOrReport,
  readTextLines,
  type TextLinesOptions,
} from './text-lines.ts'

/** One record of a CSV file. `line` is the line on which it starts (1-based); a quoted field may span several lines. */
export type CsvRecord = { readonly line: number; readonly fields: readonly string[] }

/** A CSV file with a header: the names of its columns, and the records below it. */
export type CsvTable = { readonly columns: readonly string[]; readonly records: readonly CsvRecord[] }

export type CsvOptions = TextLinesOptions & {
  /** Called with records that have another number of fields than the header. */
  readonly onBadRow?: OnBadRow
  /** Field separator. Default: a comma; a tab in `.tsv`. */
  readonly separator?: ',' | '\t'
}

/**
 * Reads a CSV file with a header line (RFC 4180: quoted fields may hold commas, line ends and doubled quotes;
 * lines end in LF or CRLF). UTF-8 with or without a byte order mark, gzip by extension.
 *
 * Throws `DataError` naming file and line: `csv-empty`, `csv-unclosed-quote`, `csv-text-after-quote`, `csv-field-count`,
 * `csv-record-too-long`, and what `readTextLines` throws.
 */
export async function readCsvTable(file: string, options: CsvOptions = {}): Promise<CsvTable> {
  const records: CsvRecord[] = []
  for await (const record of readCsvRecords(file, options)) records.push(record)
  const [header, ...rows] = records
  return { columns: header?.fields ?? [], records: rows }
}

/** As `readCsvTable`, one record after the other; the first is the header. */
export async function* readCsvRecords(file: string, options: CsvOptions = {}): AsyncGenerator<CsvRecord> {
  const parser = createCsvParser(file, options)
  let header: readonly string[] | undefined
  for await (const { line, text } of readTextLines(file, options)) {
    const record = parser.addLine(text, line)
    if (record === undefined) continue
    const names = header ?? record.fields
    header = names
    if (readOrReport(() => checkFieldCount(record, names, file), options.onBadRow) !== undefined) yield record
  }
  parser.end()
  if (header === undefined) throw emptyFile(file)
}

/** As `readCsvTable`, for text that is already in memory; `source` names it in errors. */
export function parseCsvTable(text: string, source: string): CsvTable {
  const [header, ...records] = parseCsv(text, source)
  if (header === undefined) throw emptyFile(source)
  for (const record of records) checkFieldCount(record, header.fields, source)
  return { columns: header.fields, records }
}

/** All records, the header included, in order. Empty lines are skipped. */
export function parseCsv(text: string, source: string): CsvRecord[] {
  const parser = createCsvParser(source)
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const records = lines.flatMap((line, index) => parser.addLine(line, index + 1) ?? [])
  parser.end()
  return records
}

type CsvParser = {
  /** The record that this line completes, if it completes one. */
  addLine(text: string, line: number): CsvRecord | undefined
  /** Throws if a record is not complete. */
  end(): void
}

function createCsvParser(
  source: string,
  { separator = ',', maxLineBytes = defaultMaxLineBytes }: CsvOptions = {},
): CsvParser {
  let fields: string[] = []
  let recordLine = 0
  let recordLength = 0
  /** The pieces of a quoted field that is open, and the line that opened it. */
  let quoted: { readonly line: number; readonly pieces: string[] } | undefined

  function complete(): CsvRecord {
    const record = { line: recordLine, fields }
    fields = []
    return record
  }

  return {
    addLine(text, line) {
      if (quoted === undefined) {
        if (text === '' || text === '\r') return undefined
        recordLine = line
        recordLength = 0
      }
      recordLength += text.length
      if (recordLength > maxLineBytes) throw recordTooLong(source, recordLine, quoted?.line, maxLineBytes)
      let at = 0
      for (;;) {
        if (quoted === undefined && text[at] !== '"') {
          const end = text.indexOf(separator, at)
          fields.push(end < 0 ? text.slice(at).replace(/\r$/, '') : text.slice(at, end))
          if (end < 0) return complete()
          at = end + 1
          continue
        }
        if (quoted === undefined) {
          quoted = { line, pieces: [] }
          at++
        }
        const quote = text.indexOf('"', at)
        if (quote < 0) {
          quoted.pieces.push(text.slice(at), '\n')
          return undefined
        }
        quoted.pieces.push(text.slice(at, quote))
        at = quote + 1
        if (text[at] === '"') {
          quoted.pieces.push('"')
          at++
          continue
        }
        fields.push(quoted.pieces.join(''))
        quoted = undefined
        const rest = text.slice(at, at + 12)
        if (rest === '' || rest === '\r') return complete()
        if (text[at] !== separator) throw textAfterQuote(source, line, rest)
        at++
      }
    },
    end() {
      if (quoted !== undefined) throw unclosedQuote(source, quoted.line)
    },
  }
}

function checkFieldCount({ line, fields }: CsvRecord, header: readonly string[], source: string): void {
  if (fields.length === header.length) return
  throw new DataError(
    'csv-field-count',
    `${source} line ${line} has ${fields.length} fields, but the header names ${header.length} ` +
      `(${header.join(', ')}). Quote fields that hold commas or line ends, and double the quotes in them.`,
  )
}

function emptyFile(source: string): DataError {
  return new DataError(
    'csv-empty',
    `${source} is empty: a CSV file needs a header line with its column names.`,
  )
}

function unclosedQuote(source: string, line: number): DataError {
  return new DataError(
    'csv-unclosed-quote',
    `${source} line ${line} opens a quoted field that is never closed. Close it, or double the quotes inside it.`,
  )
}

function textAfterQuote(source: string, line: number, text: string): DataError {
  return new DataError(
    'csv-text-after-quote',
    `${source} line ${line} has ${JSON.stringify(text)} after a closing quote. Double the quotes inside a quoted field.`,
  )
}

function recordTooLong(
  source: string,
  line: number,
  openedAt: number | undefined,
  maxLineBytes: number,
): DataError {
  const quote = openedAt === undefined ? '' : ` Line ${openedAt} opens a quoted field: is it ever closed?`
  return new DataError(
    'csv-record-too-long',
    `${source} line ${line} begins a record of more than ${maxLineBytes} characters.${quote}`,
  )
}

import { DataError } from '../../../errors.ts'
import { type DataFile, toDataFile } from '../bytes/data-files.ts'
import { readHead } from '../bytes/head.ts'
import { type OnBadRow, readOrReport, readTextLines, type TextLinesOptions } from '../text-lines.ts'
import { findDialect } from './dialect.ts'
import { type CsvRecord, createCsvParser, type Separator } from './parser.ts'

/** A CSV file with a header: the names of its columns, and the records below it. */
export type CsvTable = { readonly columns: readonly string[]; readonly records: readonly CsvRecord[] }

export type CsvOptions = TextLinesOptions & {
  /** Called with records that have another number of fields than the header. */
  readonly onBadRow?: OnBadRow
  /** Default: found by the first records (`findDialect`). */
  readonly separator?: Separator
}

/**
 * Reads a CSV file with a header line (RFC 4180: quoted fields may hold commas, line ends and doubled quotes;
 * lines end in LF or CRLF), with commas, semicolons, tabs or bars between the fields. UTF-8, UTF-16 or Windows-1252,
 * packed or not (`readTextLines`).
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
export async function* readCsvRecords(
  file: string | DataFile,
  options: CsvOptions = {},
): AsyncGenerator<CsvRecord> {
  const source = toDataFile(file)
  const { head, chunks } = await readHead(source.chunks(), headBytes)
  const dialect = findDialect(source.name, new TextDecoder().decode(head), head.length < headBytes)
  const parser = createCsvParser(source.name, { separator: dialect.separator, ...options })
  let header: readonly string[] | undefined
  const lines = readTextLines({ ...source, chunks: () => chunks }, { ...options, mayBeLatin1: true })
  for await (const { line, text } of lines) {
    if (line === 1 && dialect.namesSeparator) continue
    const record = parser.addLine(text, line)
    if (record === undefined) continue
    const names = header ?? record.fields
    header = names
    if (readOrReport(() => checkFieldCount(record, names, source.name), options.onBadRow) !== undefined)
      yield record
  }
  parser.end()
  if (header === undefined) throw emptyFile(source.name)
}

/** So much of a file shows its dialect. */
const headBytes = 64 * 1024

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

function checkFieldCount({ line, fields }: CsvRecord, header: readonly string[], source: string): void {
  if (fields.length === header.length) return
  throw new DataError(
    'csv-field-count',
    `${source} line ${line} has ${fields.length} fields, but the header names ${header.length} ` +
      `(${listed(header)}). Quote fields that hold commas or line ends, and double the quotes in them.`,
  )
}

const listedColumns = 12

function listed(header: readonly string[]): string {
  const names = header
    .slice(0, listedColumns)
    .map((name) => (name.length > 40 ? `${name.slice(0, 39)}…` : name))
  return header.length > names.length ? `${names.join(', ')}, …` : names.join(', ')
}

function emptyFile(source: string): DataError {
  return new DataError(
    'csv-empty',
    `${source} is empty: a CSV file needs a header line with its column names.`,
  )
}

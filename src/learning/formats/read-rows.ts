import { DataError } from '../../errors.ts'
import type { TableCells } from './columns.ts'
import { readCsvRows } from './csv-rows.ts'
import { isJsonArray, readJsonArray } from './json-array.ts'
import { readJsonLines } from './json-lines.ts'
import { isRequestRecord, promptOfRecord } from './logs/routellm-log.ts'
import { readParquetRows } from './parquet/parquet-rows.ts'
import type { OnBadRow, TextLinesOptions } from './text-lines.ts'

export type ReadRowsOptions = TextLinesOptions & TableCells & { readonly onBadRow?: OnBadRow }

/** A row of a data file, and its place. */
export type PlacedRow = {
  /** Counted from 1: the line of a text file, the row of a Parquet file, the item of a JSON array. */
  readonly line: number
  /** Names the row in errors: `battles.jsonl line 3`. */
  readonly place: string
  readonly value: unknown
}

/**
 * The rows of a data file, one at a time. The file's name gives the format: `.csv`, `.tsv`, `.parquet`, `.json` (JSON
 * Lines, or one array), and JSON Lines for any other name; each except Parquet also with `.gz`. Memory stays small for
 * a file of any size: its longest row bounds that of a text file, its largest row group that of Parquet.
 *
 * A record of RouteLLM's request log is read as its prompt, `{"prompt", "id"}`; records that are not a chat and turns
 * inside a tool loop are left out. With `plainCells` they are returned unchanged.
 *
 * Throws `DataError`, naming file and place: `request-log-without-text` for a request log without prompts; see `readJsonLines`, `readJsonArray`, `readCsvRows` and
 * `readParquetRows`.
 */
export async function* readRows(file: string, options: ReadRowsOptions = {}): AsyncGenerator<PlacedRow> {
  const rows = readFileRows(file, options)
  if (options.plainCells === true) return yield* rows
  for await (const row of rows) {
    const { value, place } = row
    if (!isRequestRecord(value)) {
      yield row
      continue
    }
    const recorded = promptOfRecord(value)
    if (recorded.kind === 'prompt') yield { ...row, value: recorded.row }
    if (recorded.kind !== 'no-text') continue
    const error = new DataError(
      'request-log-without-text',
      `${place} is a record of a request log without text, so it holds no prompt. Write the log with \`routellm serve --request-log FILE --request-log-text\`.`,
    )
    if (options.onBadRow === undefined) throw error
    options.onBadRow(error)
  }
}

async function* readFileRows(file: string, options: ReadRowsOptions): AsyncGenerator<PlacedRow> {
  switch (await formatOf(file)) {
    case 'csv':
    case 'tsv': {
      const separator = formatByName(file) === 'tsv' ? '\t' : ','
      for await (const { line, value } of readCsvRows(file, { ...options, separator }))
        yield { line, place: `${file} line ${line}`, value }
      return
    }
    case 'parquet':
      for await (const { row, value } of readParquetRows(file, options))
        yield { line: row, place: `${file} row ${row}`, value }
      return
    case 'json-array':
      for await (const { item, value } of readJsonArray(file, options))
        yield { line: item, place: `${file} item ${item}`, value }
      return
    case 'json-lines':
      for await (const { line, value } of readJsonLines(file, options))
        yield { line, place: `${file} line ${line}`, value }
  }
}

export type RowFormat = 'json-lines' | 'json-array' | 'csv' | 'tsv' | 'parquet'

async function formatOf(file: string): Promise<RowFormat> {
  const format = formatByName(file)
  if (format === 'json') return (await isJsonArray(file)) ? 'json-array' : 'json-lines'
  return format
}

function formatByName(file: string): 'json-lines' | 'json' | 'csv' | 'tsv' | 'parquet' {
  if (/\.parquet\.gz$/i.test(file))
    throw new DataError(
      'parquet-in-gzip',
      `${file} is Parquet in gzip. Parquet compresses its own pages and is read from its end: unpack it with gunzip.`,
    )
  const extension = /\.(csv|tsv|json|parquet)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase()
  switch (extension) {
    case 'csv':
    case 'tsv':
    case 'json':
    case 'parquet':
      return extension
    default:
      return 'json-lines'
  }
}

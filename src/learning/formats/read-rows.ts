import { DataError } from '../../errors.ts'
import { type DataFile, findDataFiles } from './bytes/data-files.ts'
import { readHead } from './bytes/head.ts'
import type { TableCells } from './columns.ts'
import { isParquet, recogniseContainer } from './containers.ts'
import { readCsvRows } from './csv/csv-rows.ts'
import { readJsonArray } from './json/json-array.ts'
import { readJsonLines } from './json/json-lines.ts'
import { readJsonObjects } from './json/json-objects.ts'
import { rowsOfTable, unwrapRows } from './json/wrapped-rows.ts'
import { isRequestRecord, promptOfRecord } from './logs/routellm-log.ts'
import { readParquetRows } from './parquet/parquet-rows.ts'
import type { Row } from './row.ts'
import type { OnBadRow, TextLinesOptions } from './text-lines.ts'

export type ReadRowsOptions = TextLinesOptions & TableCells & { readonly onBadRow?: OnBadRow }

/** A row of a data file, and its place. */
export type PlacedRow = {
  /**
   * Counted from 1: the line of a text file, the row of a Parquet file, the item of a JSON array or of a list inside an
   * object. In the second and later files of a folder or an archive it goes on from the file before.
   */
  readonly line: number
  /** Names the row in errors: `battles.jsonl line 3`. */
  readonly place: string
  readonly value: unknown
  /** The fields beside the list that the row is in, if an object holds the rows: a model's name, a date. */
  readonly around?: Row
}

/**
 * The rows of a data file, one at a time. The content gives the format, whatever the name is: CSV with any usual
 * separator, JSON Lines, objects over several lines, a JSON array, an object that holds the rows (`unwrapRows`), or
 * Parquet; each except Parquet also in gzip or Zstandard, and text in UTF-8 or UTF-16, tables in Windows-1252 too. A
 * folder or a ZIP archive gives the rows of its files, one after the other. Memory stays small for a file of any size:
 * its longest row bounds that of a text file, its largest row group that of Parquet, and the object that of rows inside
 * one object.
 *
 * A record of RouteLLM's request log is read as its prompt, `{"prompt", "id"}`; records that are not a chat and turns
 * inside a tool loop are left out. With `plainCells` they are returned unchanged.
 *
 * Throws `DataError`, naming file and place: `request-log-without-text` for a request log without prompts; see
 * `findDataFiles`, `readJsonLines`, `readJsonObjects`, `readJsonArray`, `readCsvRows` and `readParquetRows`.
 */
export async function* readRows(path: string, options: ReadRowsOptions = {}): AsyncGenerator<PlacedRow> {
  const rows = readRawRows(path, options)
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

/** The rows of a file, or of all files of a folder or an archive, as they are written. */
async function* readRawRows(path: string, options: ReadRowsOptions): AsyncGenerator<PlacedRow> {
  let before = 0
  for await (const file of findDataFiles(path)) {
    let last = 0
    for await (const row of readFileRows(file, options)) {
      last = row.line
      yield before === 0 ? row : { ...row, line: before + row.line }
    }
    before += last
  }
}

/** So much of a file shows how it holds its rows. */
const headBytes = 64 * 1024

async function* readFileRows(file: DataFile, options: ReadRowsOptions): AsyncGenerator<PlacedRow> {
  const { name } = file
  const { head, chunks, close } = await readHead(file.chunks(), headBytes)
  const opened = { ...file, chunks: () => chunks }
  switch (recogniseContainer(name, head, head.length < headBytes)) {
    case 'table':
      for await (const { line, value } of readCsvRows(opened, options))
        yield { line, place: `${name} line ${line}`, value }
      return
    case 'parquet':
      await close()
      for await (const { row, value } of readParquetRows(pathOnDisk(file, head), options))
        yield { line: row, place: `${name} row ${row}`, value }
      return
    case 'json-array':
      for await (const { item, value } of readJsonArray(opened, options))
        yield { line: item, place: `${name} item ${item}`, value }
      return
    case 'json-lines':
      yield* unwrapped(name, readJsonLines(opened, options))
      return
    case 'json-objects':
      yield* unwrapped(name, readJsonObjects(opened, options))
  }
}

/** Parquet is read from its end, so it must lie on the disk as it is. */
function pathOnDisk({ name, path, isPacked }: DataFile, head: Uint8Array): string {
  if (path !== undefined && (!isPacked || !isParquet(head))) return path
  throw new DataError(
    'parquet-in-gzip',
    `${name} is Parquet in an archive or in another compression. Parquet compresses its own pages and is read from its end: unpack it first (gunzip, unzstd, unzip).`,
  )
}

type PlacedValue = { readonly line: number; readonly value: unknown }

/** The rows of objects, each of which is a row, a page of rows, or, if it is the only one, a whole table. */
async function* unwrapped(name: string, objects: AsyncIterable<PlacedValue>): AsyncGenerator<PlacedRow> {
  let table: { readonly object: PlacedValue; readonly rows: readonly unknown[] } | undefined
  let isFirst = true
  let items = 0
  function* rowsOf({ line, value }: PlacedValue): Generator<PlacedRow> {
    const wrapped = unwrapRows(value)
    if (wrapped === undefined) return yield { line: line + items, place: `${name} line ${line}`, value }
    for (const [index, row] of wrapped.rows.entries())
      yield {
        line: ++items,
        place: `${name} line ${line} item ${index + 1}`,
        value: row,
        around: wrapped.around,
      }
  }
  for await (const object of objects) {
    const rows = isFirst ? rowsOfTable(object.value) : undefined
    isFirst = false
    if (rows !== undefined) {
      table = { object, rows }
      continue
    }
    // A second object: the first is a row like it.
    if (table !== undefined) yield* rowsOf(table.object)
    table = undefined
    yield* rowsOf(object)
  }
  for (const [index, value] of (table?.rows ?? []).entries())
    yield { line: index + 1, place: `${name} item ${index + 1}`, value }
}

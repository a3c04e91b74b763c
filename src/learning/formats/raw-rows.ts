import { untilAborted } from '../../base/concurrency/run-steps.ts'
import { DataError } from '../../errors.ts'
import type { DataFile } from './bytes/data-files.ts'
import { readHead } from './bytes/head.ts'
import type { TableCells } from './columns.ts'
import { isParquet, recogniseContainer } from './containers.ts'
import { readCsvRows } from './csv/csv-rows.ts'
import { readJsonArray } from './json/json-array.ts'
import { readJsonLines } from './json/json-lines.ts'
import { readJsonObjects } from './json/json-objects.ts'
import { rowsOfTable, unwrapRows } from './json/wrapped-rows.ts'
import { type ColumnPaths, rowsOfPaths } from './mapping/column-paths.ts'
import { readParquetRows } from './parquet/parquet-rows.ts'
import type { Row } from './row.ts'
import type { OnBadRow, TextLinesOptions } from './text-lines.ts'

export type RawRowsOptions = TextLinesOptions &
  TableCells & {
    readonly onBadRow?: OnBadRow
    readonly signal?: AbortSignal | undefined
    /** Where the columns lie, if the rows are of an application's own form. Default: the rows as they are. */
    readonly columns?: ColumnPaths
  }

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

/** So much of a file shows how it holds its rows. */
const headBytes = 64 * 1024

/**
 * The rows of one file as they are written. The content gives the format, whatever the name is: CSV with any usual
 * separator, JSON Lines, objects over several lines, a JSON array, an object that holds the rows (`unwrapRows`), or
 * Parquet.
 *
 * Throws `DataError`, naming file and place; see `readJsonLines`, `readJsonObjects`, `readJsonArray`, `readCsvRows` and
 * `readParquetRows`.
 */
export function readRawRows(file: DataFile, options: RawRowsOptions = {}): AsyncGenerator<PlacedRow> {
  const { columns } = options
  const rows =
    columns === undefined
      ? readWrittenRows(file, options)
      : selectColumns(readWrittenRows(file, { ...options, plainCells: true }), columns)
  return untilAborted(rows, options.signal)
}

async function* selectColumns(
  rows: AsyncIterable<PlacedRow>,
  columns: ColumnPaths,
): AsyncGenerator<PlacedRow> {
  let items = 0
  for await (const { line, place, value, around } of rows)
    for (const [index, row] of rowsOfPaths(value, columns, around).entries())
      if (columns.list === undefined) yield { line, place, value: row }
      else yield { line: ++items, place: `${place} item ${index + 1}`, value: row }
}

async function* readWrittenRows(file: DataFile, options: RawRowsOptions): AsyncGenerator<PlacedRow> {
  const { name } = file
  const { head, chunks, close } = await readHead(file.chunks(options.signal), headBytes)
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
  function* rowsIn({ line, value }: PlacedValue): Generator<PlacedRow> {
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
    const rows = isFirst ? (rowsOfTable(object.value) ?? loneList(object.value)) : undefined
    isFirst = false
    if (rows !== undefined) {
      table = { object, rows }
      continue
    }
    // A second object: the first is a row like it.
    if (table !== undefined) yield* rowsIn(table.object)
    table = undefined
    yield* rowsIn(object)
  }
  const around = table === undefined ? undefined : unwrapRows(table.object.value, true)?.around
  for (const [index, value] of (table?.rows ?? []).entries())
    yield {
      line: index + 1,
      place: `${name} item ${index + 1}`,
      value,
      ...(around !== undefined && { around }),
    }
}

/** The list of rows in the only object of a file, under a name that says nothing. */
function loneList(value: unknown): readonly unknown[] | undefined {
  return unwrapRows(value) === undefined ? unwrapRows(value, true)?.rows : undefined
}

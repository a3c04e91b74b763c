import { DataError } from '../../errors.ts'
import { rowOfColumns, type TableCells } from './columns.ts'
import { type CsvOptions, readCsvRecords } from './csv.ts'
import type { Row } from './row.ts'
import { readOrReport } from './text-lines.ts'

/**
 * The rows of a CSV file with a header, one at a time; `rowOfColumns` documents the cells. A row's line is the line on
 * which it starts.
 *
 * Throws `DataError`, naming file and line: `csv-columns` if the header repeats a column or has one that is not text,
 * `invalid-row` if a cell does not fit its column, and what `readCsvRecords` throws.
 */
export async function* readCsvRows(
  file: string,
  options: CsvOptions & TableCells = {},
): AsyncGenerator<{ readonly line: number; readonly value: Row }> {
  let columns: readonly string[] | undefined
  for await (const { line, fields } of readCsvRecords(file, options)) {
    if (columns === undefined) {
      columns = checkedHeader(fields, `${file} line ${line}`)
      continue
    }
    const names = columns
    const cells = fields.map((cell, index) => [names[index]!, cell] as const)
    const row = readOrReport(() => rowOfColumns(cells, `${file} line ${line}`, options), options.onBadRow)
    if (row !== undefined) yield { line, value: row.value }
  }
}

function checkedHeader(columns: readonly string[], place: string): readonly string[] {
  if (columns.some((column) => column.includes('\0')))
    throw new DataError('csv-columns', `${place} has bytes of zero in its header, so it is no CSV file.`)
  const twice = columns.find((column, index) => columns.indexOf(column) !== index)
  if (twice !== undefined)
    throw new DataError(
      'csv-columns',
      `${place} names the column ${JSON.stringify(twice)} twice. Rename one.`,
    )
  return columns
}

import { DataError } from '../../../errors.ts'
import { type DataFile, toDataFile } from '../bytes/data-files.ts'
import { rowOfColumns, type TableCells } from '../columns.ts'
import { type Row, shown } from '../row.ts'
import { readOrReport } from '../text-lines.ts'
import { type CsvOptions, readCsvRecords } from './csv.ts'

/**
 * The rows of a CSV file with a header, one at a time; `rowOfColumns` documents the cells. A row's line is the line on
 * which it starts.
 *
 * Throws `DataError`, naming file and line: `csv-columns` if the header repeats a column or has one that is not text,
 * `invalid-row` if a cell does not fit its column, and what `readCsvRecords` throws.
 */
export async function* readCsvRows(
  file: string | DataFile,
  options: CsvOptions & TableCells = {},
): AsyncGenerator<{ readonly line: number; readonly value: Row }> {
  const source = toDataFile(file)
  let columns: readonly string[] | undefined
  for await (const { line, fields } of readCsvRecords(source, options)) {
    if (columns === undefined) {
      columns = checkedHeader(fields, `${source.name} line ${line}`)
      continue
    }
    const names = columns
    // A spreadsheet adds columns without a name, and rows of empty cells.
    const cells = fields.flatMap((cell, index) =>
      names[index] === '' ? [] : [[names[index]!, cell] as const],
    )
    if (cells.length > 1 && cells.every(([, cell]) => cell === '')) continue
    const place = `${source.name} line ${line}`
    const row = readOrReport(() => rowOfColumns(cells, place, options), options.onBadRow)
    if (row !== undefined) yield { line, value: row.value }
  }
}

/** As many as a sheet of Excel has. Each is looked at to find prompts and scores. */
const mostColumns = 16_384

function checkedHeader(columns: readonly string[], place: string): readonly string[] {
  if (columns.some((column) => column.includes('\0')))
    throw new DataError('csv-columns', `${place} has bytes of zero in its header, so it is no CSV file.`)
  if (columns.length > mostColumns)
    throw new DataError(
      'csv-columns',
      `${place} names ${columns.length} columns; at most ${mostColumns} are read. Is it a table with its header in the first line?`,
    )
  const known = new Set<string>()
  for (const column of columns) {
    if (column !== '' && known.has(column))
      throw new DataError(
        'csv-columns',
        `${place} names the column ${shown(column)} twice. ${remedyFor(columns)}`,
      )
    known.add(column)
  }
  return columns
}

function remedyFor(columns: readonly string[]): string {
  return columns.includes('Grader Reason')
    ? 'promptfoo writes such a table for several providers; write its results as JSON instead (promptfoo eval --output results.json).'
    : 'Rename one.'
}

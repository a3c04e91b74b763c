import { type JsonLinesOptions, readJsonLines } from './json-lines.ts'

export type ReadRowsOptions = JsonLinesOptions

/** A row of a data file, and where it stands. */
export type PlacedRow = {
  /** Counted from 1: the line of a text file, the row of a Parquet file. */
  readonly line: number
  /** Names the row in errors: `battles.jsonl line 3`. */
  readonly place: string
  readonly value: unknown
}

/**
 * The rows of a data file, one by one, whatever its format, which its name says.
 *
 * Throws `DataError`, naming file and place; see `readJsonLines`.
 */
export async function* readRows(file: string, options: ReadRowsOptions = {}): AsyncGenerator<PlacedRow> {
  for await (const { line, value } of readJsonLines(file, options)) {
    yield { line, place: `${file} line ${line}`, value }
  }
}

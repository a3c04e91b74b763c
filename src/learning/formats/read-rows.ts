import { stat } from 'node:fs/promises'
import { DataError } from '../../errors.ts'
import { findDataFiles } from './bytes/data-files.ts'
import { isPartOfResults, type LaidOutOptions, readLaidOutRows, takeSample } from './layouts/read-layouts.ts'
import { type PlacedRow, readRawRows } from './raw-rows.ts'

export type { PlacedRow } from './raw-rows.ts'

export type ReadRowsOptions = LaidOutOptions & {
  /** Called once for each file with the name of the layout that its rows have, as docs/formats.md lists them. */
  readonly onLayout?: (file: string, layout: string) => void
}

/**
 * The rows of a data file, one at a time, in the forms that every command reads: outcomes, battles, preferences or
 * prompts. The content says how the file holds its rows (`readRawRows`) and how they are laid out (`readLaidOutRows`);
 * gzip and Zstandard are unpacked, text is UTF-8 or UTF-16, of a table Windows-1252 too. A folder or a ZIP archive gives
 * the rows of its files, one after the other; several paths are read as one file.
 *
 * Memory stays small for a file of any size: its longest row bounds that of a text file, its largest row group that of
 * Parquet, and the object that of rows inside one object. A layout with a row for each prompt and model holds the
 * scores of each prompt in memory.
 *
 * With `plainCells` the rows are returned as they are written. Reading pauses every 50 ms, so other work has its turn.
 *
 * Throws `DataError`, naming file and place: what `findDataFiles`, `readRawRows` and `readLaidOutRows` throw; `signal.reason` once
 * the signal aborts.
 */
export async function* readRows(
  path: string | readonly string[],
  options: ReadRowsOptions = {},
): AsyncGenerator<PlacedRow> {
  const files = filesOf(typeof path === 'string' ? [path] : path)
  if (options.plainCells !== true) return yield* readLaidOutRows(files, options)
  let before = 0
  for await (const file of files) {
    let last = 0
    for await (const row of readRawRows(file, options)) {
      last = row.line
      yield before === 0 ? row : { ...row, line: before + row.line }
    }
    before += last
  }
}

/**
 * Puts files together that must be read as one: those that hold a part of the results each, such as one model's. Each
 * of the others is alone. The order of the first of each is kept.
 *
 * A pipe can be read only once, so it is not looked at and stays alone. Nothing is thrown for a file that cannot be
 * read: who reads it reports it.
 */
export async function groupFiles(paths: readonly string[]): Promise<readonly (readonly string[])[]> {
  if (paths.length < 2) return paths.map((path) => [path])
  const groups: string[][] = []
  let parts: string[] | undefined
  for (const path of paths) {
    const isPart = await holdsPartOfResults(path)
    if (isPart && parts !== undefined) {
      parts.push(path)
      continue
    }
    const group = [path]
    if (isPart) parts = group
    groups.push(group)
  }
  return groups
}

async function holdsPartOfResults(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined)
  if (facts === undefined || !(facts.isFile() || facts.isDirectory())) return false
  try {
    for await (const file of findDataFiles(path)) {
      const sample = await sampleOf(readRawRows(file))
      return isPartOfResults(sample, file.name)
    }
    return false
  } catch (error) {
    if (error instanceof DataError) return false
    throw error
  }
}

async function sampleOf(rows: AsyncGenerator<PlacedRow>): Promise<PlacedRow[]> {
  try {
    return await takeSample(rows)
  } finally {
    await rows.return(undefined)
  }
}

async function* filesOf(paths: readonly string[]) {
  for (const path of paths) yield* findDataFiles(path)
}

import { hearAbort } from '../base/concurrency/run-steps.ts'
import { checkOutput, type OutputFile, writeOutputs } from '../base/files/write-outputs.ts'
import { InvalidRequestError } from '../errors.ts'
import { createIdCheck, refuseConflicts } from '../learning/datasets/duplicate-ids.ts'
import type { ColumnPaths } from '../learning/formats/mapping/column-paths.ts'
import { type PlacedRow, readRows } from '../learning/formats/read-rows.ts'
import type { Row } from '../learning/formats/row.ts'
import type { JobContext } from './job.ts'
import { loadPickPrompt } from './pick-prompt.ts'
import { protectedFiles } from './protected-files.ts'

/** The treatment of rows that have the same "id" and differ otherwise. */
export const duplicateIdModes = ['error', 'keep'] as const
export type DuplicateIds = (typeof duplicateIdModes)[number]

export type RowReading = {
  /** A file or a folder, or several that are read as one. */
  readonly input: string | readonly string[]
  /** The stage of the progress. */
  readonly stage: string
  readonly duplicateIds: DuplicateIds
  /** Where the columns lie in rows of an application's own form. */
  readonly columns?: ColumnPaths | undefined
  /** Leaves the rows in the form in which they are written. */
  readonly isPlain?: boolean
}

const rowsPerTurn = 500

/**
 * Every row of a file, with progress and a check of ids.
 *
 * @throws DataError; the signal's reason, within 500 rows after it aborts.
 */
export async function* readJobRows(
  { input, stage, duplicateIds, columns, isPlain = false }: RowReading,
  context: JobContext,
): AsyncGenerator<PlacedRow> {
  const { signal, onProgress } = context
  const idCheck = createIdCheck()
  let rows = 0
  for await (const row of readRows(input, {
    signal,
    plainCells: isPlain,
    loadPickPrompt: () => loadPickPrompt(context),
    ...(columns !== undefined && { columns }),
  })) {
    if (duplicateIds === 'error') refuseConflicts(idCheck, row)
    yield row
    if (++rows % rowsPerTurn > 0) continue
    onProgress({ stage, done: rows, total: null, detail: '' })
    signal.throwIfAborted()
  }
}

/** Writes the rows that the rows of a file become. The output appears only when it is complete. */
export async function writeRowFile(
  reading: RowReading & {
    readonly output: string
    add(row: PlacedRow): readonly Row[]
    finish(): readonly Row[]
  },
  context: JobContext,
): Promise<void> {
  const inputs = await protectedFiles(context.workspace, [reading.input].flat())
  await writeOutputs(inputs, async (openOutput) => {
    const file = await openOutput(reading.output)
    for await (const row of readJobRows(reading, context)) await file.write(toJsonLines(reading.add(row)))
    await writeInParts(file, reading.finish(), context)
    context.signal.throwIfAborted()
  })
}

async function writeInParts(file: OutputFile, rows: readonly Row[], { signal }: JobContext): Promise<void> {
  for (let begin = 0; begin < rows.length; begin += rowsPerTurn) {
    await file.write(toJsonLines(rows.slice(begin, begin + rowsPerTurn)))
    await hearAbort(signal)
  }
}

/**
 * Checks that rows can be written to `output`.
 *
 * @throws InvalidRequestError `output-format` for the name of another format than JSON Lines, and as `checkOutput`.
 */
export async function checkRowOutput(input: string | readonly string[], output: string): Promise<void> {
  await checkOutput(output, [input].flat())
  const other = /\.(csv|tsv|parquet)(\.gz)?$/i.exec(output)
  if (other === null) return
  throw new InvalidRequestError(
    'output-format',
    `--output ${output}: rows are written as JSON Lines; name a file that ends in .jsonl or .jsonl.gz`,
    { param: '--output' },
  )
}

/** JSON Lines of rows, with a newline after each. */
export function toJsonLines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

import { Option } from 'commander'
import { openOutputFile } from '../../base/files/output-file.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { PlacedRow } from '../../learning/formats/read-rows.ts'
import type { Row } from '../../learning/formats/row.ts'
import { createProgress } from '../terminal/progress.ts'
import type { CommandContext } from '../terminal/terminal.ts'

export type DuplicateIds = 'error' | 'keep'

export function duplicateIdsOption(): Option {
  return new Option('--duplicate-ids <how>', 'rows of one "id" that say different things')
    .choices(['error', 'keep'])
    .default('error')
}

/** Rows are written as JSON Lines only. Throws `InvalidRequestError` for another name, and for the input itself. */
export function checkRowOutput(input: string, output: string): void {
  if (input === output)
    throw new InvalidRequestError('same-file', `The input and --output are both ${output}; name two files`, {
      param: '--output',
    })
  const other = /\.(csv|tsv|parquet)(\.gz)?$/i.exec(output)
  if (other === null) return
  throw new InvalidRequestError(
    'output-format',
    `--output ${output}: rows are written as JSON Lines; name a file that ends in .jsonl or .jsonl.gz`,
    { param: '--output' },
  )
}

export type RowRun = {
  readonly input: string
  readonly label: string
  readonly duplicateIds: DuplicateIds
}

const rowsPerTurn = 500

/** Every row of a file, with progress, an ear for interruption, and a check of ids. */
export async function* rowsOfRun(
  { input, label, duplicateIds }: RowRun,
  { terminal, interrupted }: CommandContext,
): AsyncGenerator<PlacedRow> {
  const { readRows } = await import('../../learning/formats/read-rows.ts')
  const { createIdCheck, refuseConflicts } = await import('../../learning/datasets/duplicate-ids.ts')
  const idCheck = createIdCheck()
  const progress = createProgress(terminal, label, undefined)
  let rows = 0
  try {
    for await (const row of readRows(input)) {
      if (duplicateIds === 'error') refuseConflicts(idCheck, row)
      yield row
      if (++rows % rowsPerTurn > 0) continue
      progress.update(rows)
      interrupted.throwIfAborted()
    }
  } finally {
    progress.stop()
  }
}

/** Writes what rows become. The output appears only when it is whole. */
export async function writeRowFile(
  run: RowRun & {
    readonly output: string
    add(row: PlacedRow): readonly Row[]
    finish(): readonly Row[]
  },
  context: CommandContext,
): Promise<void> {
  const file = await openOutputFile(run.output)
  try {
    for await (const row of rowsOfRun(run, context)) await file.write(linesOf(run.add(row)))
    await file.write(linesOf(run.finish()))
    await file.commit()
  } catch (error) {
    await file.discard()
    throw error
  }
}

export function linesOf(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

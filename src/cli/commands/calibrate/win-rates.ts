import { DataError } from '../../../errors.ts'
import { readRows } from '../../../learning/formats/read-rows.ts'
import type { Row } from '../../../learning/formats/row.ts'
import { type ScorableRow, scorableRow, strongWinRatesOf } from '../../scoring/scoring.ts'
import { dataFile } from '../../setup/data-file.ts'
import { createProgress } from '../../terminal/progress.ts'
import type { CalibrationRun } from './run.ts'

/** A prompt of `--prompts` with what the router says of it. */
export type ScoredRow = { readonly columns: Row; readonly place: string; readonly strongWinRate: number }

const batchRows = 256

/** Throws `DataError` `no-prompts` where the file is empty. */
export async function scorePromptFile(run: CalibrationRun, name: string): Promise<ScoredRow[]> {
  const file = await dataFile(name, run.context)
  const rows: { place: string; row: ScorableRow }[] = []
  for await (const { place, value } of readRows(file)) rows.push({ place, row: scorableRow(value, place) })
  if (rows.length === 0)
    throw new DataError(
      'no-prompts',
      `${file} has no prompt in it; give at least one, {"prompt": "…"} a line`,
    )
  const winRates = await scoreRows(
    run,
    rows.map(({ row }) => row),
  )
  return rows.map(({ place, row: { columns } }, index) => ({
    columns,
    place,
    strongWinRate: winRates[index] ?? Number.NaN,
  }))
}

export async function scoreRows(
  { router, context: { terminal, interrupted } }: CalibrationRun,
  rows: readonly ScorableRow[],
): Promise<number[]> {
  const progress = createProgress(terminal, `scoring with ${router.name}`, rows.length)
  const winRates: number[] = []
  try {
    for (let begin = 0; begin < rows.length; begin += batchRows) {
      winRates.push(...(await strongWinRatesOf(router, rows.slice(begin, begin + batchRows), interrupted)))
      progress.update(winRates.length)
      // A router that computes at once never gives the event loop its turn, and a signal would go unheard.
      await new Promise((done) => setImmediate(done))
      interrupted.throwIfAborted()
    }
    return winRates
  } finally {
    progress.stop()
  }
}

export function strongShare(winRates: readonly number[], threshold: number): number {
  return winRates.filter((winRate) => winRate >= threshold).length / winRates.length
}

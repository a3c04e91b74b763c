import { DataError } from '../../errors.ts'
import { readRows } from '../../learning/formats/read-rows.ts'
import type { Row } from '../../learning/formats/row.ts'
import { loadPickPrompt } from '../pick-prompt.ts'
import { parseScorableRow, type ScorableRow, scoreRows } from '../scoring/score-rows.ts'
import { findDataFile } from '../workspace.ts'
import type { CalibrationRun } from './run.ts'

/** A prompt of a file with its win rate. */
export type ScoredRow = { readonly columns: Row; readonly place: string; readonly strongWinRate: number }

/** Throws DataError `no-prompts` if the file is empty. */
export async function scorePromptFile(
  { router, context }: CalibrationRun,
  name: string,
): Promise<ScoredRow[]> {
  const file = await findDataFile(name, context.workspace)
  const rows: { place: string; row: ScorableRow }[] = []
  const { signal } = context
  for await (const { place, value } of readRows(file, {
    signal,
    loadPickPrompt: () => loadPickPrompt(context),
  }))
    rows.push({ place, row: parseScorableRow(value, place) })
  if (rows.length === 0)
    throw new DataError(
      'no-prompts',
      `${file} has no prompt in it; give at least one, {"prompt": "…"} a line`,
    )
  const winRates = await scoreRows(
    router,
    rows.map(({ row }) => row),
    context,
  )
  return rows.map(({ place, row: { columns } }, index) => ({
    columns,
    place,
    strongWinRate: winRates[index] ?? Number.NaN,
  }))
}

/** The fraction of the win rates that a threshold sends to the strong model. */
export function strongShare(winRates: readonly number[], threshold: number): number {
  return winRates.filter((winRate) => winRate >= threshold).length / winRates.length
}

import { untilAborted } from '../../../../base/concurrency/run-steps.ts'
import { parseRow, stringColumn } from '../../../formats/row.ts'
import type { TrainingData } from '../../training-data.ts'

/** Distinct prompts of all data, in order, and how many rows each of them had. */
export async function readPrompts(
  data: readonly TrainingData[],
  signal: AbortSignal | undefined,
): Promise<{ readonly prompts: ReadonlySet<string>; readonly rowsUsed: readonly number[] }> {
  const prompts = new Set<string>()
  const rowsUsed: number[] = []
  for (const source of data) {
    let rows = 0
    for await (const { place, value } of untilAborted(source.rows(signal), signal)) {
      prompts.add(stringColumn(parseRow(value, place), 'prompt', place))
      rows++
    }
    rowsUsed.push(rows)
  }
  return { prompts, rowsUsed }
}

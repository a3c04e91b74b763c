import { untilAborted } from '../../../base/concurrency/run-steps.ts'
import { normalizedText } from '../../../base/text/text-identity.ts'
import { invalidRow, parseRow } from '../../formats/row.ts'
import { type Outcomes, parseOutcomes } from '../../rows/outcomes.ts'
import type { TrainingData } from '../training-data.ts'

/** Scores of any number of models on distinct prompts. */
export type OutcomeTable = {
  /** In the order of the data. Prompts with one `normalizedText` are one, in its first spelling. */
  readonly prompts: readonly string[]
  /** Sorted. */
  readonly models: readonly string[]
  /** [observations] which prompt, which of `models`, and the score. */
  readonly prompt: Int32Array
  readonly model: Int32Array
  readonly score: Float64Array
  /** Rows of each of the data. */
  readonly rowsUsed: readonly number[]
}

/**
 * Reads outcomes. A prompt that occurs twice is one prompt with more observations.
 *
 * Throws `DataError`: `invalid-row` also for battles, which have a winner but no score of each model.
 */
export async function readOutcomeTable(
  data: readonly TrainingData[],
  signal?: AbortSignal,
): Promise<OutcomeTable> {
  const prompts: string[] = []
  const numbers = new Map<string, number>()
  const observations: { readonly prompt: number; readonly model: string; readonly score: number }[] = []
  const rowsUsed: number[] = []
  for (const source of data) {
    let rows = 0
    for await (const { place, value } of untilAborted(source.rows(signal), signal)) {
      const { prompt: text, scores } = outcomesOf(value, place)
      const key = normalizedText(text)
      const prompt = numbers.get(key) ?? prompts.push(text) - 1
      numbers.set(key, prompt)
      for (const [model, score] of Object.entries(scores)) observations.push({ prompt, model, score })
      rows++
    }
    rowsUsed.push(rows)
  }
  const models = [...new Set(observations.map(({ model }) => model))].sort()
  const places = new Map(models.map((model, index) => [model, index]))
  return {
    prompts,
    models,
    prompt: Int32Array.from(observations, ({ prompt }) => prompt),
    model: Int32Array.from(observations, ({ model }) => places.get(model)!),
    score: Float64Array.from(observations, ({ score }) => score),
    rowsUsed,
  }
}

function outcomesOf(value: unknown, place: string): Outcomes {
  if ('winner' in parseRow(value, place))
    throw invalidRow(
      place,
      'is a battle, which says who won and not how well each model did; the router cluster learns from outcomes, {"prompt", "scores": {"model": number}}',
    )
  return parseOutcomes(value, place)
}

import { invalidRow, parseRow, type Row, shown, stringColumn } from '../formats/row.ts'
import { isArenaRow } from './arena.ts'
import { promptOfRow } from './forms.ts'

/** A prompt with the answers of several models, to be checked or judged. */
export type AnsweredPrompt = {
  readonly prompt: string
  /** By model; at least one. */
  readonly answers: Readonly<Record<string, string>>
  /** The text that a checker compares with, and that a judge may see. */
  readonly reference?: string
  /** The row's other columns, which go with its labels: a category, a weight, `synthetic` and `origin`. */
  readonly others: Row
  /** Names the row in errors: `answers.jsonl line 3`. */
  readonly place: string
}

/** A prompt whose answers are still missing, or some of them. */
export type UnansweredPrompt = {
  readonly prompt: string
  /** By model; may be empty. */
  readonly answers: Readonly<Record<string, string>>
  /** The row's other columns without labels, such as a reference, a category or a weight. */
  readonly others: Row
}

/** Columns of labels, which another row's labels must not be mistaken for. */
const labelColumns = ['scores', 'winner', 'model_a', 'model_b', 'strong', 'weak']

/**
 * A row `{"prompt", "answers": {"model": "text"}, "reference"?}`; the reference may be a number.
 *
 * @param place as for `parseOutcomes`. Throws `DataError` `invalid-row`.
 */
export function parseAnsweredPrompt(value: unknown, place: string): AnsweredPrompt {
  const row = parseRow(value, place)
  const prompt = stringColumn(row, 'prompt', place)
  const reference = referenceColumn(row, place)
  const others = Object.entries(row).filter(
    ([column]) => !['prompt', 'answers', 'reference', ...labelColumns].includes(column),
  )
  return {
    prompt,
    answers: answersColumn(row, place),
    ...(reference !== undefined && { reference }),
    others: Object.fromEntries(others),
    place,
  }
}

/** A row of any form with a prompt, as a prompt to answer. Throws `DataError` `invalid-row`. */
export function parseUnansweredPrompt(value: unknown, place: string): UnansweredPrompt {
  const row = parseRow(value, place)
  const prompt = promptOfRow(row, place)
  if (prompt.trim() === '') throw invalidRow(place, 'has an empty prompt, which no model can answer')
  const others = Object.entries(row).filter(
    ([column]) => !['prompt', 'answers', 'embedding', ...labelColumns].includes(column),
  )
  return {
    prompt,
    answers: row.answers === undefined || row.answers === null ? {} : answersColumn(row, place),
    others: isArenaRow(row) ? {} : Object.fromEntries(others),
  }
}

function answersColumn(row: Row, place: string): Record<string, string> {
  const given = row.answers
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidRow(place, `needs an object of answers by model in "answers", got ${shown(given)}`)
  const answers: [string, string][] = Object.entries(given).map(([model, answer]) => {
    if (model !== '' && typeof answer === 'string') return [model, answer]
    throw invalidRow(
      place,
      `has ${shown(answer)} as the answer of the model "${model}", and a text is needed`,
    )
  })
  if (answers.length === 0) throw invalidRow(place, 'has no answer in "answers"')
  return Object.fromEntries(answers)
}

function referenceColumn(row: Row, place: string): string | undefined {
  const value = row.reference
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  throw invalidRow(place, `needs a text or a number in "reference", got ${shown(value)}`)
}

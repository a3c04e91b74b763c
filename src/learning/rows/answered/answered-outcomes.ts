import { invalidRow, parseRow, type Row, shown } from '../../formats/row.ts'
import { type Outcomes, parseOutcomes } from '../outcomes.ts'

/** How models did on a prompt, with an answer of the weak model of a pair. */
export type AnsweredOutcomes = Outcomes & RowAnswer

/** The weak model's answer in a row, and what may be known of how it was made. */
export type RowAnswer = {
  /** Absent: the row has none of this model. */
  readonly answer?: string
  /** Natural logarithms of the probabilities of the answer's tokens. */
  readonly tokenLogprobs?: readonly number[]
  /** Further answers of the same model. */
  readonly samples?: readonly string[]
}

/**
 * A row `{"prompt", "scores", "answer": "text"}` or `{"prompt", "scores", "answers": {"model": "text"}}`, each with optional
 * `"logprobs": [number]` and `"samples": ["text"]` of the weak model.
 *
 * @param weak the model whose answer is read from `answers`. @param place names the row in errors. Throws `DataError`
 *   `invalid-row`.
 */
export function parseAnsweredOutcomes(value: unknown, place: string, weak: string): AnsweredOutcomes {
  const row = parseRow(value, place)
  return { ...parseOutcomes(row, place), ...answerOfRow(row, place, weak) }
}

/** The answer of a row of any form. Throws `DataError` `invalid-row`. */
export function answerOfRow(row: Row, place: string, weak: string): RowAnswer {
  const { logprobs, samples } = row
  const answer = findAnswer(row, place, weak)
  if (isGiven(logprobs) && !(Array.isArray(logprobs) && logprobs.every(isLogprob)))
    throw invalidRow(place, `needs a list of numbers of at most 0 in "logprobs", got ${shown(logprobs)}`)
  if (isGiven(samples) && !(Array.isArray(samples) && samples.every(isText)))
    throw invalidRow(place, `needs a list of texts in "samples", got ${shown(samples)}`)
  return {
    ...(answer !== undefined && { answer }),
    ...(Array.isArray(logprobs) && { tokenLogprobs: logprobs }),
    ...(Array.isArray(samples) && { samples }),
  }
}

function findAnswer(row: Row, place: string, weak: string): string | undefined {
  const { answer, answers } = row
  if (isGiven(answer)) return checkAnswer(answer, place, '"answer"')
  if (!isGiven(answers)) return undefined
  if (typeof answers !== 'object' || Array.isArray(answers))
    throw invalidRow(place, `needs an object of answers by model in "answers", got ${shown(answers)}`)
  const found: unknown = Object.getOwnPropertyDescriptor(answers, weak)?.value
  return isGiven(found) ? checkAnswer(found, place, `"answers" of ${weak}`) : undefined
}

function checkAnswer(answer: unknown, place: string, where: string): string {
  if (typeof answer === 'string') return answer
  throw invalidRow(place, `needs a text in ${where}, got ${shown(answer)}`)
}

function isGiven(value: unknown): value is NonNullable<unknown> {
  return value !== undefined && value !== null
}

function isLogprob(value: unknown): value is number {
  return typeof value === 'number' && value <= 0
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

import { proposeScoreColumns } from '../formats/layouts/labels/wide.ts'
import {
  invalidRow,
  largestNumber,
  parseRow,
  type Row,
  type SharedColumns,
  sharedColumns,
  shown,
  stringColumn,
} from '../formats/row.ts'

/** How well each of several models did on one prompt. */
export type Outcomes = SharedColumns & {
  readonly prompt: string
  /** By model; higher is better, in any unit that the models share (correct 0 or 1, a judge's 1 to 10). */
  readonly scores: Readonly<Record<string, number>>
}

const mostModels = 1000

/**
 * A row `{"prompt", "scores": {"model": number}}`. A score may be true or false (1 or 0).
 *
 * @param place names the row in errors: `outcomes.jsonl line 3`. Throws `DataError` `invalid-row`.
 */
export function parseOutcomes(value: unknown, place: string): Outcomes {
  const row = parseRow(value, place)
  const prompt = stringColumn(row, 'prompt', place)
  const given = row.scores
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const proposal = given === undefined ? proposeScores(row) : ''
    throw invalidRow(place, `needs an object of scores by model in "scores", got ${shown(given)}${proposal}`)
  }
  const scores: [string, number][] = []
  // Every two models of a row are compared.
  if (Object.keys(given).length > mostModels)
    throw invalidRow(
      place,
      `has scores of ${Object.keys(given).length} models; at most ${mostModels} are read`,
    )
  for (const [model, score] of Object.entries(given)) {
    const number = typeof score === 'boolean' ? Number(score) : score
    if (model === '' || typeof number !== 'number' || !(Math.abs(number) <= largestNumber)) {
      throw invalidRow(
        place,
        `has the score ${shown(score)} for the model "${model}", and a finite number of at most ${largestNumber} is needed`,
      )
    }
    scores.push([model, number])
  }
  return { prompt, scores: Object.fromEntries(scores), ...sharedColumns(row, place) }
}

/** The end of the message for a row without scores: what would give it some. */
function proposeScores(row: Row): string {
  if (row.winner !== undefined)
    return '. It is a battle: routellm data convert FILE --to outcomes --output outcomes.jsonl writes its scores'
  return proposeScoreColumns(row).replace(/^ /, '. ').replace(/\.$/, '')
}

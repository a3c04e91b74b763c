import { proposeScoreColumns } from '../formats/layouts/labels/wide.ts'
import { invalidRow, type Row, stringColumn } from '../formats/row.ts'
import { arenaPrompt, isArenaRow } from './arena.ts'

/** How a data file writes its rows. */
export type RowForm = 'outcomes' | 'battles' | 'strong-weak' | 'preferences' | 'arena' | 'prompts'

/**
 * Finds the form of a row by its columns: outcomes have `scores`; the arena's published files `winner_model_a` or
 * `conversation_a`; preferences `pref_b`; battles `model_a` and `model_b`; strong-weak rows `strong` and `weak`. Any
 * other row with a `prompt` or `embedding` is a prompt.
 *
 * Throws `DataError` `invalid-row` if the row has none of these forms.
 */
export function formOfRow(row: Row, place: string): RowForm {
  if ('scores' in row) return 'outcomes'
  if (isArenaRow(row)) return 'arena'
  if ('pref_b' in row) return 'preferences'
  if ('model_a' in row || 'model_b' in row) return 'battles'
  if ('strong' in row && 'weak' in row) return 'strong-weak'
  if ('prompt' in row || 'embedding' in row) return 'prompts'
  throw unknownForm(row, place)
}

/** The text that a row of any form is about. Throws `DataError` `invalid-row`. */
export function promptOfRow(row: Row, place: string): string {
  return isArenaRow(row) ? arenaPrompt(row, place) : stringColumn(row, 'prompt', place)
}

export function unknownForm(row: Row, place: string): Error {
  return invalidRow(
    place,
    `has the columns ${Object.keys(row).join(', ') || '(none)'}; outcomes have prompt and scores, ` +
      `battles have prompt, model_a, model_b and winner${proposal(row)}. ${inspectHint}`,
  )
}

const inspectHint = 'For rows of another form, routellm data inspect FILE proposes how to read them'

/** What would make the row's columns labels, as the end of a message whose full stop is to come. */
function proposal(row: Row): string {
  return proposeScoreColumns(row).replace(/^ /, '. ').replace(/\.$/, '')
}

/** Holds a file to the form that it began with. Throws `DataError` `invalid-row`. */
export function createFormCheck(): (row: Row, place: string) => RowForm {
  let form: RowForm | undefined
  return (row, place) => {
    const found = formOfRow(row, place)
    form ??= found
    if (found === form) return form
    throw invalidRow(
      place,
      `is a row of ${found}, and the file began with ${form}. Put rows of different forms into files of their own`,
    )
  }
}

import {
  invalidRow,
  modelColumn,
  parseRow,
  type SharedColumns,
  sharedColumns,
  shown,
  stringColumn,
} from '../formats/row.ts'

/** How far a judge preferred the answer of one model to that of another, as AlpacaEval writes it. */
export type Preference = SharedColumns & {
  readonly prompt: string
  readonly modelA: string
  readonly modelB: string
  /** From 0 (A is better for certain) to 1 (B is); 0.5 is a tie. */
  readonly shareB: number
}

/**
 * A row `{"prompt", "model_a", "model_b", "pref_b"}`: `pref_b` is from 0 to 1, or below 0 if the judge gave no
 * preference, which counts as a tie.
 *
 * @param place names the row in errors. Throws `DataError` `invalid-row`.
 */
export function parsePreference(value: unknown, place: string): Preference {
  const row = parseRow(value, place)
  const share = row.pref_b
  if (typeof share !== 'number' || !(share <= 1) || share === Number.NEGATIVE_INFINITY)
    throw invalidRow(
      place,
      `needs a number from 0 to 1 in "pref_b", or one below 0 for a tie, got ${shown(share)}`,
    )
  return {
    prompt: stringColumn(row, 'prompt', place),
    modelA: modelColumn(row, 'model_a', place),
    modelB: modelColumn(row, 'model_b', place),
    shareB: share < 0 ? 0.5 : share,
    ...sharedColumns(row, place),
  }
}

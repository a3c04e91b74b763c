import {
  invalidRow,
  modelColumn,
  parseRow,
  type SharedColumns,
  sharedColumns,
  shown,
  stringColumn,
} from '../formats/row.ts'

/** Two models answered one prompt, and somebody chose. The arena's form. */
export type Battle = SharedColumns & {
  readonly prompt: string
  readonly modelA: string
  readonly modelB: string
  readonly winner: 'model_a' | 'model_b' | 'tie' | 'tie (bothbad)'
}

const winners: readonly Battle['winner'][] = ['model_a', 'model_b', 'tie', 'tie (bothbad)']
const winnersOfPair: ReadonlyMap<unknown, Battle['winner']> = new Map([
  ['strong', 'model_a'],
  ['weak', 'model_b'],
  ['tie', 'tie'],
])

/**
 * A row `{"prompt", "model_a", "model_b", "winner"}`.
 *
 * @param place names the row in errors: `battles.jsonl line 3`. Throws `DataError` `invalid-row`.
 */
export function parseBattle(value: unknown, place: string): Battle {
  const row = parseRow(value, place)
  const winner = winners.find((each) => each === row.winner)
  if (winner === undefined) {
    throw invalidRow(place, `needs one of ${winners.join(', ')} in "winner", got ${shown(row.winner)}`)
  }
  return {
    prompt: stringColumn(row, 'prompt', place),
    modelA: modelColumn(row, 'model_a', place),
    modelB: modelColumn(row, 'model_b', place),
    winner,
    ...sharedColumns(row, place),
  }
}

/**
 * A row `{"prompt", "strong", "weak", "winner": "strong" | "weak" | "tie"}` as a battle: model A is the strong one.
 *
 * @param place as for `parseBattle`. Throws `DataError` `invalid-row`.
 */
export function parseStrongWeakBattle(value: unknown, place: string): Battle {
  const row = parseRow(value, place)
  const winner = winnersOfPair.get(row.winner)
  if (winner === undefined) {
    throw invalidRow(place, `needs one of strong, weak, tie in "winner", got ${shown(row.winner)}`)
  }
  return {
    prompt: stringColumn(row, 'prompt', place),
    modelA: modelColumn(row, 'strong', place),
    modelB: modelColumn(row, 'weak', place),
    winner,
    ...sharedColumns(row, place),
  }
}

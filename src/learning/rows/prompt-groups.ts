import { normalizedText, textIdentity } from '../../base/text/text-identity.ts'
import type { PlacedRow } from '../formats/read-rows.ts'
import { invalidRow, parseRow, shown } from '../formats/row.ts'
import { promptOfRow } from './forms.ts'

/** Which rows belong together: those of near-identical prompts, and those with the same value in a column. */
export type PromptGroups = {
  /** Takes a row into account. Required before `groupOf` if there is a column, and only then. */
  add(row: PlacedRow): void
  /** A number that all rows of a group have, whatever their order in the file. */
  groupOf(row: PlacedRow): number
}

/**
 * Prompts are near-identical if their `normalizedText` is equal; a synthetic variation (`augmentPrompts`) belongs to
 * the group of its origin. With a column, rows are joined by equal text, by an equal column, and by chains of both;
 * this holds a few numbers per prompt in memory. Without a column nothing is held.
 *
 * Both throw `DataError` `invalid-row` if a row has no prompt, or if the column holds neither a text nor a number.
 */
export function createPromptGroups(column?: string): PromptGroups {
  const promptKey = ({ value, place }: PlacedRow) => {
    const row = parseRow(value, place)
    const prompt = promptOfRow(row, place)
    const text = row.synthetic === true && typeof row.origin === 'string' ? row.origin : prompt
    return textIdentity(normalizedText(text))
  }
  if (column === undefined) return { add: () => {}, groupOf: promptKey }

  /** A parent per key; a key without one is the smallest of its group, so the order of rows does not matter. */
  const parents = new Map<number, number>()
  function root(key: number): number {
    let top = key
    for (let parent = parents.get(top); parent !== undefined; parent = parents.get(top)) top = parent
    for (let at = key; at !== top; ) {
      const next = parents.get(at)!
      parents.set(at, top)
      at = next
    }
    return top
  }
  return {
    add(row) {
      const inColumn = columnKey(row, column)
      if (inColumn === undefined) return
      const [one, other] = [root(promptKey(row)), root(inColumn)]
      if (one !== other) parents.set(Math.max(one, other), Math.min(one, other))
    },
    groupOf: (row) => root(promptKey(row)),
  }
}

function columnKey({ value, place }: PlacedRow, column: string): number | undefined {
  const cell = parseRow(value, place)[column]
  if (cell === undefined || cell === null || cell === '') return undefined
  if (typeof cell !== 'string' && typeof cell !== 'number')
    throw invalidRow(
      place,
      `needs a text or number in "${column}", which rows are grouped by, got ${shown(cell)}`,
    )
  return textIdentity(`${column}\0${cell}`)
}

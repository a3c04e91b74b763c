import { textIdentity } from '../../base/text/text-identity.ts'
import { DataError } from '../../errors.ts'
import type { PlacedRow } from '../formats/read-rows.ts'
import { parseRow, shown } from '../formats/row.ts'

/** Two rows of one id and different contents. */
export type IdConflict = { readonly id: string; readonly firstLine: number; readonly place: string }

/** The state of a row's id: new, or that of an earlier row with the same or other content. */
export type IdCheck = (row: PlacedRow) => 'none' | 'new' | 'repeated' | IdConflict

/** Looks for rows with the same `id`. Holds two numbers for each id. */
export function createIdCheck(): IdCheck {
  const known = new Map<number, { readonly line: number; readonly content: number }>()
  return ({ value, line, place }) => {
    const { id } = parseRow(value, place)
    if (id === undefined || id === null || id === '') return 'none'
    const text = typeof id === 'string' ? id : JSON.stringify(id)
    const content = textIdentity(JSON.stringify(value))
    const key = textIdentity(text)
    const before = known.get(key)
    if (before === undefined) {
      known.set(key, { line, content })
      return 'new'
    }
    return before.content === content ? 'repeated' : { id: text, firstLine: before.line, place }
  }
}

/** Throws `DataError` `duplicate-id` for a row whose id came before with something else. */
export function refuseConflicts(check: IdCheck, row: PlacedRow): void {
  const found = check(row)
  if (typeof found === 'string') return
  throw new DataError(
    'duplicate-id',
    `${found.place} has the id ${shown(found.id)} of row ${found.firstLine} and says something else. Correct one of the ids, ` +
      'or keep both rows with --duplicate-ids keep.',
  )
}

import { useState } from 'preact/hooks'
import type { Resource } from './use-resource.ts'

/** A page of a list. `next` is the cursor of the following one; null: there is none. */
type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next: Cursor | null }

/** Pages of a list after its first one. */
export type Further<Item, Cursor> = {
  /** Of the last page that was read. */
  readonly next: Cursor | null
  readonly items: readonly Item[]
  readonly isLoading: boolean
  readonly error: Error | null
  /** Whether the first page answers the present filter, so that the page after it does too. */
  readonly canRead: boolean
  read(cursor: Cursor): void
}

const nothing = { items: [], next: null, isLoading: false, error: null }

/**
 * Further pages, which are forgotten as soon as another first page is shown.
 *
 * @param first the first page.
 * @param readPage of the present filter and a cursor.
 */
export function useFurther<Item, Cursor>(
  first: Resource<object>,
  readPage: (cursor: Cursor) => Promise<Page<Item, Cursor>>,
): Further<Item, Cursor> {
  type State = Omit<Further<Item, Cursor>, 'read' | 'canRead'> & { readonly after: object | null }
  const after = first.data
  const [state, setState] = useState<State>({ ...nothing, after })
  const { after: known, ...further } = state.after === after ? state : { ...nothing, after }
  return {
    ...further,
    canRead: known !== null && !first.isStale,
    read(cursor) {
      setState({ ...further, after, isLoading: true, error: null })
      const settle = (settled: Omit<State, 'after'>) =>
        setState((before) => (before.after === after ? { ...settled, after } : before))
      readPage(cursor).then(
        ({ items, next }) => settle({ ...nothing, items: [...further.items, ...items], next }),
        (error: Error) => settle({ ...further, isLoading: false, error }),
      )
    },
  }
}

import { useEffect, useRef, useState } from 'preact/hooks'

/** A page of a list. `next` is the cursor of the following one; null: there is none. */
type Page<Item, Cursor> = { readonly items: readonly Item[]; readonly next: Cursor | null }

/** Pages of a list after its first one. */
export type Further<Item, Cursor> = {
  /** Of the last page that was read. */
  readonly next: Cursor | null
  readonly items: readonly Item[]
  readonly isLoading: boolean
  readonly error: Error | null
  read(cursor: Cursor): void
}

const nothing = { items: [], next: null, isLoading: false, error: null }

/** Further pages, which are forgotten if the filter changes. @param readPage of the filter and a cursor. */
export function useFurther<Item, Cursor>(
  filter: string,
  readPage: (cursor: Cursor) => Promise<Page<Item, Cursor>>,
): Further<Item, Cursor> {
  const [state, setState] = useState<Omit<Further<Item, Cursor>, 'read'>>(nothing)
  const asked = useRef(filter)
  useEffect(() => {
    asked.current = filter
    setState(nothing)
  }, [filter])
  return {
    ...state,
    read(cursor) {
      const isAsked = () => asked.current === filter
      setState((known) => ({ ...known, isLoading: true, error: null }))
      readPage(cursor).then(
        ({ items, next }) => {
          if (isAsked()) setState((known) => ({ ...nothing, items: [...known.items, ...items], next }))
        },
        (error: Error) => {
          if (isAsked()) setState((known) => ({ ...known, isLoading: false, error }))
        },
      )
    },
  }
}

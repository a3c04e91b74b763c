import type { Further } from '../api/use-further.ts'
import { Failure } from './states.tsx'

type MoreProps<Item, Cursor> = {
  readonly further: Further<Item, Cursor>
  /** `next` of the first page. */
  readonly first: Cursor | null
  /** `More sessions` */
  readonly title: string
}

/** The button below a list that reads its next page. */
export function More<Item, Cursor>({ further, first, title }: MoreProps<Item, Cursor>) {
  const next = further.items.length > 0 ? further.next : first
  return (
    <>
      {further.error !== null && <Failure what="More cannot be read" error={further.error} />}
      {next !== null && (
        <button
          type="button"
          class="more"
          disabled={further.isLoading || !further.canRead}
          onClick={() => further.read(next)}
        >
          {further.isLoading ? 'Reading …' : title}
        </button>
      )}
    </>
  )
}

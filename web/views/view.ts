import type { ComponentType } from 'preact'
import type { Place } from '../app/location.ts'

/** A view of the page: a folder of `views/` with `view.tsx`, and a row of `registry.ts`. */
export type View = {
  readonly title: string
  readonly path: string
  /** After `g`, the key that opens it. */
  readonly key: string
  load(): Promise<{ readonly default: ComponentType<ViewProps> }>
}

export type ViewProps = {
  readonly place: Place
  /** What the path has after the view's own: the id of an item; null if the view itself is open. */
  readonly item: string | null
}

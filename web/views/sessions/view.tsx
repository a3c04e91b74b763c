import type { ViewProps } from '../view.ts'
import { SessionList } from './list/session-list.tsx'
import { SessionView } from './turns/session-view.tsx'

/** The sessions of a time, or the turns of one. */
export default function Sessions({ place, item }: ViewProps) {
  return item === null ? <SessionList place={place} /> : <SessionView key={item} id={item} place={place} />
}

import type { ViewProps } from '../view.ts'
import { RequestList } from './list/request-list.tsx'
import { RequestTrace } from './trace/request-trace.tsx'

/** The requests, or the trace of one. */
export default function Requests({ place, item }: ViewProps) {
  return item === null ? <RequestList place={place} /> : <RequestTrace key={item} id={item} place={place} />
}

import type { Said } from '../client.ts'
import type { Bench } from './bench.ts'
import type { WatchedFetch } from './watched-fetch.ts'

/** Everything that one conversation showed. */
export type Observation = {
  readonly said: Said | null
  /** The client's own; null if it answered. */
  readonly error: unknown
  readonly watched: WatchedFetch
  readonly bench: Bench
  readonly cell: number
  readonly stream: boolean
}

import { StoreError } from '../../../errors.ts'
import type { FeedbackKeeper } from '../../../gateway/feedback.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import type { StoreReader } from '../../../store/reader/store-reader.ts'
import type { LiveTail } from './live-tail.ts'

/** What the routes of the API work with. */
export type ApiContext = {
  readonly gateway: Gateway
  /** Null: no requests are kept. */
  readonly reader: StoreReader | null
  /** Finds a request that is kept and not in the database yet. */
  readonly keeper: FeedbackKeeper | null
  readonly live: LiveTail
}

/** @throws StoreError `store-off` (404) if no requests are kept. */
export function needReader({ reader }: ApiContext): StoreReader {
  if (reader !== null) return reader
  throw new StoreError(
    'store-off',
    'This gateway keeps no requests (`store: off`, or --no-store), so there is nothing to show.',
    { status: 404 },
  )
}

import { StoreError } from '../../../errors.ts'
import type { FeedbackKeeper } from '../../../gateway/feedback.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import type { SavingBasis } from '../../../gateway/savings/saving-basis.ts'
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
  /**
   * The prices and baselines that savings are computed with. Null: they are not known.
   *
   * @param baseline one model for all requests. Default: the strong model of each policy.
   * @throws InvalidRequestError for a baseline that is no model.
   */
  readonly createSavingBasis: ((baseline: string | undefined) => SavingBasis) | null
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

import { StoreError } from '../../../errors.ts'
import type { FeedbackKeeper } from '../../../gateway/feedback.ts'
import type { Gateway } from '../../../gateway/gateway.ts'
import type { SavingBasis } from '../../../gateway/savings/saving-basis.ts'
import type { StoreReader } from '../../../store/reader/store-reader.ts'
import type { CatchUp } from '../../../store/store.ts'
import type { StoreChanger } from '../../../store/worker/changes/changes.ts'
import type { RevokedKeys } from '../../access/revoked-keys.ts'
import type { GiveFeedback } from '../../feedback/give-feedback.ts'
import type { AskModel } from '../../inference/own-requests.ts'
import type { DifferenceActions } from '../actions/difference-actions.ts'
import type { ExperimentActions } from '../actions/experiment-actions.ts'
import type { KeyActions } from '../actions/key-actions.ts'
import type { LabelActions } from '../actions/label-actions.ts'
import type { LearnActions } from '../actions/learn-actions.ts'
import type { LockActions } from '../actions/lock-actions.ts'
import type { LiveTail } from './live-tail.ts'

/** What the routes of the API work with. */
export type ApiContext = {
  readonly gateway: Gateway
  /** Null: no requests are kept. */
  readonly reader: StoreReader | null
  /** For views that show what was kept a moment ago. Null: no requests are kept. */
  readonly catchUp: CatchUp | null
  /** Null: no requests are kept. */
  readonly changer: StoreChanger | null
  /** Null: what is served cannot be changed here. */
  readonly lock: LockActions | null
  readonly experiments: ExperimentActions | null
  readonly learn: LearnActions | null
  readonly difference: DifferenceActions | null
  readonly keys: KeyActions | null
  readonly revokedKeys: Pick<RevokedKeys, 'list'>
  readonly labels: LabelActions | null
  /** Finds a request that is kept and not in the database yet. */
  readonly keeper: FeedbackKeeper | null
  readonly live: LiveTail
  /** Asks a model for a view. The request is kept with the tag of the view, and is no client's. */
  readonly askModel: AskModel
  readonly giveFeedback: GiveFeedback
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

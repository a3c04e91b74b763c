import type { SavingBasis } from '../../../gateway/savings/saving-basis.ts'
import type { StoreReader } from '../../../store/reader/store-reader.ts'
import type { CatchUp } from '../../../store/store.ts'
import type { StoreChanger } from '../../../store/worker/changes/changes.ts'
import type { AdminStatus } from '../status.ts'
import type { DifferenceActions } from './difference-actions.ts'
import type { ExperimentActions } from './experiment-actions.ts'
import type { KeyActions } from './key-actions.ts'
import type { LabelActions } from './label-actions.ts'
import type { LearnActions } from './learn-actions.ts'
import type { LockActions } from './lock-actions.ts'

/** What the administration API can do. */
export type AdminActions = {
  /** Opens it, as `Authorization: Bearer <token>`. Absent: only codes of `createAdminCode` do. */
  readonly token?: string
  /** Reads the store for the page. Its owner closes it after the server. Absent: no requests are kept. */
  readonly reader?: StoreReader
  /** For views that show what was kept a moment ago. Absent: no requests are kept. */
  readonly catchUp?: CatchUp
  /** What is in service and what is tried. Absent: nobody knows. */
  status?(): AdminStatus
  /** What savings are computed with; see `ApiContext`. Absent: the page shows none. */
  createSavingBasis?(baseline: string | undefined): SavingBasis
  /** Changes the store. Its owner closes it after the server. Absent: no requests are kept. */
  readonly changer?: StoreChanger
  /** Changes what is served, through the lock file. Absent: nothing does. */
  readonly lock?: LockActions
  /** Says what live sessions show of experiments and canaries. Absent: nothing is kept, or there are none. */
  readonly experiments?: ExperimentActions
  /** Runs `routellm learn`. Absent: there is no store to learn from, or no file of a configuration. */
  readonly learn?: LearnActions
  /** Labels by persons. Absent: there is no store. */
  readonly labels?: LabelActions
  /** Compares two versions of a policy. Absent: there is no store to compare on. */
  readonly difference?: DifferenceActions
  /** Absent: keys cannot be changed. */
  readonly keys?: KeyActions
  /** Reads the configuration again; resolves to what became of it. Absent: there is none to read. */
  reload?(): Promise<
    | { readonly kind: 'reloaded'; readonly source: string; readonly models: number }
    | { readonly kind: 'kept'; readonly problem: string }
  >
}

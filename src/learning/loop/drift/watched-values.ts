import type { DriftAlarm } from '../../../routing/certificate/drift/drift-detector.ts'

/** What a drift detector has seen of a figure. */
export type WatchedValues = {
  readonly values: number
  /** Null: no drift is shown. */
  readonly alarm: DriftAlarm | null
}

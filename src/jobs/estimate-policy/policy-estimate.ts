import type { NoEstimateReason, OffPolicyEstimate } from '../../learning/loop/off-policy/estimate.ts'
import type { LabelUse } from './labels.ts'
import type { LeftOut, ReadLog } from './read-log.ts'

/** What a policy would have cost and how well it would have answered, by the requests of the store. */
export type PolicyEstimate = {
  readonly policy: string
  /** ISO 8601; null if everything in the store is read. */
  readonly since: string | null
  /** Requests with propensities, whether they are used or not. */
  readonly logged: number
  readonly leftOut: LeftOut & { readonly unpriced: number }
  readonly scoredBy: ReadLog['scoredBy']
  readonly labels: LabelUse | null
  readonly estimate:
    | Exclude<OffPolicyEstimate, { kind: 'refused' }>
    | {
        readonly kind: 'refused'
        readonly reason: NoEstimateReason | 'no-propensities' | 'not-scored'
        readonly message: string
      }
  readonly notes: readonly string[]
}

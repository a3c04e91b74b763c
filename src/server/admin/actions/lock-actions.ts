import type { LockedCanary, LockedPolicy, LockedRouter } from '../../../config/lock/lock-file.ts'
import type { FeedbackTrust } from '../../../store/reader/answers/curve.ts'

/**
 * Changes what is served, through the lock file, which the server follows: a change is served when its promise resolves. Each is added
 * to the audit trail.
 *
 * All reject with InvalidRequestError `unknown-policy` (404) for a policy that is not in `list`, `not-changeable` (409) for one that
 * cannot be changed here; RouteLLMError `lock-changed` (409) if the policy is not as the caller has seen it; `not-reloaded` (409) if the
 * server cannot serve the change, which is then taken back; what `changeLocked` throws.
 */
export type LockActions = {
  /** Why nothing can be changed here; null if something can. */
  readonly problem: string | null
  /** Whose feedback is trusted: `learn.trustedKeys`. */
  readonly trust: FeedbackTrust
  /** The policies whose router or threshold the lock file can replace, as they are served now. */
  list(): readonly LockablePolicy[]
  /** The other policies, whose kinds have neither. */
  others(): readonly OtherPolicy[]
  /** @throws InvalidRequestError `bad-threshold` for a threshold that its kind does not have; `not-changeable` while a canary is tried. */
  setThreshold(change: { readonly threshold: number } & OfPolicy): Promise<LockChange>
  /**
   * Puts a version of the store in service, or tries it as a canary. A canary that is tried ends.
   *
   * @throws InvalidRequestError `unknown-version` (404); ArtifactError `version-missing` (409) if its artifact is not there as it was.
   */
  promote(
    change: { readonly version: string; readonly canary: CanaryPlan | null } & OfPolicy,
  ): Promise<LockChange>
  /** Removes the canary, or else puts back what was in service before, or neither if that cannot be served. @throws ArtifactError `version-missing` (409). */
  rollBack(change: OfPolicy): Promise<LockChange>
  /** What `rollBack` would do. Rejects as `rollBack` does, and changes nothing. */
  previewRollBack(of: Pick<OfPolicy, 'policy'>): Promise<RollBackPreview>
}

/** The policy that is changed, and who does it. */
export type OfPolicy = {
  /** `name` or `policy` of one in `list`. */
  readonly policy: string
  /** `LockablePolicy.state` as the caller has seen it; if it is another now, the change is refused. Default: it may be any. */
  readonly seen?: string | undefined
} & By

/** Who does it, for the audit trail: `page`. */
export type By = { readonly actor: string }

export type CanaryPlan = {
  /** Of the sessions, above 0 and below 1. */
  readonly share: number
  /** Of its own, after which it is decided. */
  readonly sessions: number
}

export type LockablePolicy = {
  /** As the lock file names it: `auto`, or a policy. */
  readonly name: string
  /** As requests record it; null: `auto` of a router and a threshold. */
  readonly policy: string | null
  readonly kind: string
  /** In a few words: `large or small, by mf at the threshold 0.35`. */
  readonly description: string
  /** Null: it is decided by a table. */
  readonly router: string | null
  /** What `threshold` is: the win rate from which the strong model answers, or the loss that is tolerated. */
  readonly measure: 'threshold' | 'tolerance'
  readonly threshold: number | null
  /** The share of strong calls that it is set for; null: nothing says one. */
  readonly plannedShare: PlannedShare | null
  /** Identifies its settings without the threshold: policies that have it in common choose alike at the same threshold. */
  readonly settings: string
  /** Whether the lock file says the threshold, and the configuration the router. */
  readonly isThresholdLocked: boolean
  /** Why it cannot be changed here; null if it can. */
  readonly problem: string | null
  /** Identifies what the lock file has of it. */
  readonly state: string
  /** The models that it chooses between; of a pair the strong one first. */
  readonly candidates: readonly string[]
  readonly serving: LockedRouter | null
  readonly canary: LockedCanary | null
}

/** Of strong calls, from 0 to 1. */
export type PlannedShare = {
  readonly share: number
  /** The router's calibration was asked for it, or it was counted when the version was compared. */
  readonly by: 'calibration' | 'comparison'
  /** The sessions that it was counted in; null: it is what was asked for, or nobody knows. */
  readonly sessions: number | null
}

export type OtherPolicy = {
  readonly name: string
  readonly kind: string
  readonly description: string
  /** The models that it chooses between. */
  readonly candidates: readonly string[]
}

export type LockChange = {
  /** A sentence for a person: what was done. */
  readonly why: string
  /** The lock file. */
  readonly file: string
}

export type RollBackPreview = Pick<LockChange, 'why'> & {
  /** What the lock file has of the policy, and what it would have. */
  readonly before: LockedPolicy
  readonly next: LockedPolicy
}

import type { LockedCanary, LockedRouter } from '../../../config/lock/lock-file.ts'

/**
 * Changes what is served, through the lock file, which the server follows. Each change is added to the audit trail.
 * All throw what `readLock` and `writeLock` throw.
 */
export type LockActions = {
  /** The policies whose router or threshold the lock file can replace, as they are served now. */
  list(): readonly LockablePolicy[]
  /** @throws InvalidRequestError for a policy that is not in `list`, or a threshold that its kind does not have. */
  setThreshold(change: { readonly policy: string; readonly threshold: number } & By): Promise<LockChange>
  /** Puts a version that was in service, or that was trained, in service, or tries it as a canary. */
  promote(
    change: { readonly policy: string; readonly version: string; readonly canary: CanaryPlan | null } & By,
  ): Promise<LockChange>
  /** Removes the canary, or else puts back what was in service before. */
  rollBack(change: { readonly policy: string } & By): Promise<LockChange>
}

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
  readonly router: string
  /** What `threshold` is: the win rate from which the strong model answers, or the loss that is tolerated. */
  readonly measure: 'threshold' | 'tolerance'
  readonly threshold: number | null
  /** The models that it chooses between; of a pair the strong one first. */
  readonly candidates: readonly string[]
  readonly serving: LockedRouter | null
  readonly canary: LockedCanary | null
}

export type LockChange = {
  /** A sentence for a person: what was done. */
  readonly why: string
  /** The lock file. */
  readonly file: string
}

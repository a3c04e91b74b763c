import type { LockedCanary, LockedRouter } from './lock-file.ts'

/** What a lock file has put in service. */
export type AppliedLock = {
  readonly file: string
  readonly routes: readonly LockedRoute[]
}

export type LockedRoute = {
  /** As the lock file names it: `auto`, or a policy. */
  readonly name: string
  /** The configured policy that it is; null: `auto` of a router and a threshold. */
  readonly policy: string | null
  readonly serving: LockedRouter | null
  /** In place of the configuration's, for its own router. */
  readonly threshold?: number
  readonly canary: LockedCanary | null
}

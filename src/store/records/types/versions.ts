import type { LockedRouter } from '../../../config/lock/lock-file.ts'
import type { AuditEvent } from './audit.ts'

/** What the lock file has had of a policy. */
export type RouterVersion = {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly policy: string
  readonly state: VersionState
  readonly locked: LockedVersion
}

/**
 * - `served`: was put in service.
 * - `rolled-back`: was put in service, and taken out of it by a roll back.
 * - `canary`: was tried on a share of the sessions.
 */
export type VersionState = 'served' | 'rolled-back' | 'canary'

/** A router as the lock file has it, or a threshold for the router of the configuration. */
export type LockedVersion = LockedRouter | { readonly threshold: number }

export type NewVersion = Pick<RouterVersion, 'time' | 'policy' | 'locked'> & {
  /** Default: `served`. */
  readonly state?: 'served' | 'canary'
}

/** A change of what is served: an event of the audit trail, with what it makes of the versions. */
export type ServedChange = {
  readonly event: AuditEvent
  /** Was put in service, or on trial. */
  readonly version?: NewVersion
  /** Ids of versions that were taken out of service. */
  readonly rolledBack?: readonly string[]
}

import { describeExpired, dropExpired } from '../../../../../config/lock/changes/drop-expired.ts'
import type { LockedPolicy } from '../../../../../config/lock/lock-file.ts'
import { toLocked } from '../../../../../jobs/learn/roll-back.ts'
import type { LockablePolicy } from '../../../../../server/admin/actions/lock-actions.ts'
import type { LockedVersion } from '../../../../../store/records/types/versions.ts'
import { isRouter, isSameVersion } from '../../../../../store/records/versions.ts'
import { describePlace, describePromise, describeVersion } from './describe-change.ts'

/** What becomes of a policy, and what is recorded of it. */
export type Planned = {
  readonly next: LockedPolicy
  readonly why: string
  readonly action: string
  readonly detail: object
  readonly version?: { readonly locked: LockedVersion; readonly state: 'served' | 'canary' }
}

/** A version takes the place of what is in service. */
export function planPromotion(
  of: LockablePolicy,
  found: LockedPolicy,
  version: LockedVersion,
  nowMs: number,
): Planned {
  const { canary } = found
  const locked = isRouter(version) ? dropExpired(version, nowMs) : version
  const expired = isRouter(version) ? describeExpired(version, nowMs) : ''
  const isCanary = canary !== null && isSameVersion(canary, locked)
  const ended =
    canary === null || isCanary ? '' : ` The canary ${describeVersion(canary, locked.threshold)} is removed.`
  return {
    next: toLocked(locked),
    why: `${describeVersion(locked, of.threshold)} is in service for ${of.name}${describePlace(of, locked)}.${expired || describePromise(found.serving, locked)}${ended}`,
    action: isCanary ? 'promote-canary' : 'promote',
    detail: isRouter(locked)
      ? { router: locked.router, sha256: locked.sha256 }
      : { threshold: locked.threshold },
    version: { locked, state: 'served' },
  }
}

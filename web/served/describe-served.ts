import { formatSetting } from '../../src/base/text/format/format-setting.ts'
import type { LockablePolicy } from '../../src/server/admin/actions/lock-actions.ts'
import { formatShare } from '../ui/format.ts'

/** What is in service for a policy. */
export type Served = Pick<LockablePolicy, 'name' | 'router' | 'threshold' | 'canary' | 'state'>

/** Whether two readings of a policy say the same. */
export function isSameServed(one: Served, other: Served): boolean {
  return one.state === other.state && one.router === other.router && one.threshold === other.threshold
}

/** A sentence: what was changed between two readings of a policy. */
export function describeServedChange(before: Served, now: Served): string {
  if (before.router !== now.router || before.threshold !== now.threshold)
    return `${describe(now, before)} is in service for ${now.name} now, in place of ${describe(before, now)}.`
  if (now.canary !== null && !isSameCanary(before.canary, now.canary))
    return `The canary ${now.canary.router} at ${formatSetting(now.canary.threshold)} answers ${formatShare(now.canary.share)} of the sessions of ${now.name} now.`
  if (before.canary !== null && now.canary === null)
    return `The canary ${before.canary.router} of ${now.name} was removed.`
  return `What the lock file has of ${now.name} is another now.`
}

/** `mf at 0.45` */
function describe({ router, threshold }: Served, other: Served): string {
  const name = router ?? 'the table'
  if (threshold === null) return name
  return `${name} at ${formatSetting(threshold, other.threshold === null ? [] : [other.threshold])}`
}

function isSameCanary(one: Served['canary'], other: NonNullable<Served['canary']>): boolean {
  return one?.sha256 === other.sha256 && one.threshold === other.threshold && one.share === other.share
}

import { formatPercent } from '../../../../../base/text/format/format-number.ts'
import { formatSetting } from '../../../../../base/text/format/format-setting.ts'
import { describeExpired } from '../../../../../config/lock/changes/drop-expired.ts'
import { isCertified, type LockedCanary, type LockedRouter } from '../../../../../config/lock/lock-file.ts'
import type { LockablePolicy } from '../../../../../server/admin/actions/lock-actions.ts'
import type { LockedVersion } from '../../../../../store/records/types/versions.ts'
import { isRouter } from '../../../../../store/records/versions.ts'

/** Sentences about a change of the lock file, for the page and the audit trail. */

type CanaryTerms = Pick<LockedCanary, 'share' | 'sessions'>

/** What it takes the place of: `, in place of mf at 0.45`. */
export function describePlace({ router, threshold }: LockablePolicy, by: LockedVersion): string {
  return threshold === null
    ? ''
    : `, in place of ${router ?? 'the table'} at ${formatSetting(threshold, [by.threshold])}`
}

/** What becomes of the promise, if there was one or is one. */
export function describePromise(before: LockedRouter | null, now: LockedVersion): string {
  if (isRouter(now) && isCertified(now))
    return ` Its certificate (at most ${formatPercent(now.certificate.maxLoss)} of requests lost) is valid until ${now.certificate.validUntil}.`
  return before !== null && isCertified(before)
    ? ' The certificate of what was in service does not apply to it, so no quality is promised now.'
    : ''
}

/**
 * `learned-1 at 0.45`
 *
 * @param before the threshold in service, which must not read the same.
 */
export function describeVersion(locked: LockedVersion, before: number | null): string {
  const setting = formatSetting(locked.threshold, before === null ? [] : [before])
  return `${isRouter(locked) ? locked.router : 'The router of the configuration'} at ${setting}`
}

/** `The threshold of auto is 0.3 now, and was 0.45.` */
export function describeThreshold(
  { measure, name, threshold: before }: LockablePolicy,
  threshold: number,
): string {
  return before === null
    ? `The ${measure} of ${name} is ${formatSetting(threshold)} now.`
    : `The ${measure} of ${name} is ${formatSetting(threshold, [before])} now, and was ${formatSetting(before, [threshold])}.`
}

/** Of a version that is tried. */
export function describeCanary(
  locked: LockedRouter,
  { name, threshold }: LockablePolicy,
  { share, sessions }: CanaryTerms,
  nowMs: number,
): string {
  return `${describeVersion(locked, threshold)} answers ${formatPercent(share)} of the sessions of ${name}; it is decided after ${sessions} of its own.${describeExpired(locked, nowMs)}`
}

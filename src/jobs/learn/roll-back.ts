import { formatSetting } from '../../base/text/format/format-setting.ts'
import { changeLocked, checkUnchanged } from '../../config/lock/changes/change-lock.ts'
import { describeExpired, dropExpired } from '../../config/lock/changes/drop-expired.ts'
import type { LockedPolicy, LockedRouter } from '../../config/lock/lock-file.ts'
import { ArtifactError } from '../../errors.ts'
import type { LockedVersion, RouterVersion } from '../../store/records/types/versions.ts'
import { isRouter, isSameVersion, listVersions } from '../../store/records/versions.ts'
import { audit, type LearnRun, toResult } from './learn-run.ts'
import { isIntact } from './put-in-service.ts'
import type { LearnOutcome, LearnResult } from './result.ts'

export type RolledBack = {
  readonly outcome: Extract<LearnOutcome, 'canary-removed' | 'rolled-back' | 'nothing-to-roll-back'>
  readonly why: string
  /** In service from now on; null: that of the configuration. */
  readonly serving: LockedRouter | null
  /** Ids of the versions that are taken out of service. */
  readonly versions: readonly string[]
}

/** What the lock file had of the policy, and what it has now. */
type ChangedLock = { readonly before: LockedPolicy; readonly now: LockedPolicy }

/** Does what `rollBackPolicy` says, and adds it to the audit trail. */
export async function rollBack(run: LearnRun): Promise<LearnResult> {
  const { db, now, payload, lockFile } = run
  const known = await listVersions(db, payload.policy)
  const { outcome, why, serving, versions } = await rollBackPolicy(lockFile, payload.policy, known, now)
  if (outcome !== 'nothing-to-roll-back')
    await audit(run, 'roll-back', { router: serving?.router ?? null, why }, { rolledBack: versions })
  return toResult(run, outcome, why, { serving })
}

/**
 * Removes the canary of a policy; without one, puts back what was in service before, or the router of the configuration if nothing was.
 * A certificate that has expired is not put back.
 *
 * @param versions of the policy, the oldest first.
 * @param nowMs milliseconds since 1970.
 * @param expected what the lock file has of the policy; another content is refused. Default: anything.
 * @throws ArtifactError `version-missing` (409) if the artifact is not there as it was; what `changeLocked` and `checkUnchanged` throw.
 */
export async function rollBackPolicy(
  lockFile: string,
  policy: string,
  versions: readonly RouterVersion[],
  nowMs: number,
  expected?: LockedPolicy,
): Promise<RolledBack & ChangedLock> {
  let rolledBack: RolledBack | null = null
  const { before, now } = await changeLocked(lockFile, policy, async (found) => {
    if (expected !== undefined) checkUnchanged(lockFile, policy, found, expected)
    const planned = await planRollBack(lockFile, policy, versions, nowMs, found)
    rolledBack = planned.done
    return planned.next
  })
  return { ...rolledBack!, before, now }
}

/**
 * What `rollBackPolicy` would do, as a sentence, and what the lock file would have of the policy; nothing is changed.
 *
 * @throws ArtifactError `version-missing` (409).
 */
export async function previewRollBack(
  lockFile: string,
  policy: string,
  versions: readonly RouterVersion[],
  nowMs: number,
  found: LockedPolicy,
): Promise<Pick<RolledBack, 'outcome' | 'why'> & { readonly next: LockedPolicy }> {
  const { done, next = found } = await planRollBack(lockFile, policy, versions, nowMs, found)
  return { outcome: done.outcome, why: done.why, next }
}

type PlannedRollBack = {
  readonly done: RolledBack
  /** Of the lock file; undefined: it stays. */
  readonly next?: LockedPolicy
}

async function planRollBack(
  lockFile: string,
  policy: string,
  versions: readonly RouterVersion[],
  nowMs: number,
  found: LockedPolicy,
): Promise<PlannedRollBack> {
  const { serving, canary, threshold } = found
  const current = serving ?? (threshold === undefined ? null : { threshold })
  if (canary !== null)
    return {
      next: { ...found, canary: null },
      done: {
        outcome: 'canary-removed',
        why: `The canary ${describe(canary, current)} is removed; ${current === null ? 'the router of the configuration' : describe(current, canary)} answers all sessions.`,
        serving,
        versions: [],
      },
    }
  if (current === null)
    return {
      done: {
        outcome: 'nothing-to-roll-back',
        why: `The lock file has no router for ${policy}: that of the configuration is in service.`,
        serving,
        versions: [],
      },
    }
  const { before, since, servedAt } = findBefore(versions, current)
  if (before !== null && isRouter(before) && !(await isIntact(before, lockFile)))
    throw new ArtifactError(
      'version-missing',
      `The version before ${describe(current)} was ${describe(before)}, and its artifact ${before.artifact} is not there as it was (SHA-256 ${before.sha256}). Restore the folder, or remove ${policy} from ${lockFile} to serve the router of the configuration.`,
      { status: 409 },
    )
  const back = before !== null && isRouter(before) ? dropExpired(before, nowMs) : before
  const expired = before !== null && isRouter(before) ? describeExpired(before, nowMs) : ''
  return {
    next: toLocked(back),
    done: {
      outcome: 'rolled-back',
      why: `${describeRollBack(current, before, servedAt)}${expired}`,
      serving: back !== null && isRouter(back) ? back : null,
      versions: since,
    },
  }
}

/** What a lock file has of a policy that serves a version; null: what the configuration says. */
export function toLocked(version: LockedVersion | null): LockedPolicy {
  if (version === null) return { serving: null, canary: null }
  return isRouter(version)
    ? { serving: version, canary: null }
    : { serving: null, canary: null, threshold: version.threshold }
}

/**
 * What was in service when the present version took its place, and the ids of the versions since: what was rolled back does not count, so
 * that one roll back after another goes on to older versions. Null: nothing was, and the configuration is served.
 */
function findBefore(
  versions: readonly RouterVersion[],
  current: LockedVersion,
): {
  readonly before: LockedVersion | null
  readonly since: readonly string[]
  /** When the one before was put in service. */
  readonly servedAt: number | null
} {
  const served = versions.filter(({ state }) => state === 'served')
  const place = served.findLastIndex(({ locked }) => isSameVersion(locked, current))
  // One that the store does not know was put in service after those that it knows.
  const begin = place === -1 ? served.length : place
  const before = served[begin - 1] ?? null
  return {
    before: before?.locked ?? null,
    since: served.slice(begin).map(({ id }) => id),
    servedAt: before?.time ?? null,
  }
}

/** @param servedAt when the one before was put in service. */
function describeRollBack(
  current: LockedVersion,
  before: LockedVersion | null,
  servedAt: number | null,
): string {
  const since =
    servedAt === null ? '' : `, put in service on ${new Date(servedAt).toISOString().slice(0, 10)},`
  const [router, routerBefore] = [current, before].map((each) =>
    each !== null && isRouter(each) ? each.router : null,
  )
  const others = before === null ? [] : [before.threshold]
  if (router === routerBefore)
    return `The threshold ${formatSetting(current.threshold, others)} is taken back; ${before === null ? 'that of the configuration' : `${formatSetting(before.threshold, [current.threshold])}${since}`} is in service again.`
  return `${describe(current)} is taken out of service; ${before === null ? 'the router of the configuration' : `${describe(before)}${since}`} is back.`
}

/** `learned-1 at 0.45`. @param other what it must not read the same as. */
function describe(version: LockedVersion, other: LockedVersion | null = null): string {
  const router = isRouter(version) ? version.router : 'the router of the configuration'
  return `${router} at ${formatSetting(version.threshold, other === null ? [] : [other.threshold])}`
}

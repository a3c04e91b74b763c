import type { LockedRouter } from '../../config/lock/lock-file.ts'
import { rollBack as removeCanary } from '../../config/lock/write-lock.ts'
import { ArtifactError } from '../../errors.ts'
import { listVersions, type RouterVersion } from '../../store/records/versions.ts'
import { audit, type LearnRun, toResult } from './learn-run.ts'
import { isIntact, readLocked, writeLocked } from './put-in-service.ts'
import type { LearnOutcome, LearnResult } from './result.ts'

type RolledBack = {
  readonly outcome: Extract<LearnOutcome, 'canary-removed' | 'rolled-back' | 'nothing-to-roll-back'>
  readonly why: string
  /** In service from now on; null: that of the configuration. */
  readonly serving: LockedRouter | null
}

/** Does what `rollBackPolicy` says, and adds it to the audit trail. */
export async function rollBack(run: LearnRun): Promise<LearnResult> {
  const { db, payload, lockFile } = run
  const versions = await listVersions(db, payload.policy)
  const { outcome, why, serving } = await rollBackPolicy(lockFile, payload.policy, versions)
  if (outcome !== 'nothing-to-roll-back')
    await audit(run, 'roll-back', { router: serving?.router ?? null, why })
  return toResult(run, outcome, why, { serving })
}

/**
 * Removes the canary of a policy; without one, puts back the router before the one in service, or that of the configuration if it was the
 * first.
 *
 * @throws ArtifactError `version-missing` if its artifact is not there as it was.
 */
async function rollBackPolicy(
  lockFile: string,
  policy: string,
  versions: readonly RouterVersion[],
): Promise<RolledBack> {
  const { serving, canary } = await readLocked(lockFile, policy)
  if (canary !== null) {
    await removeCanary(lockFile, policy)
    return {
      outcome: 'canary-removed',
      why: `The canary ${canary.router} is removed; ${serving?.router ?? 'the router of the configuration'} answers all sessions.`,
      serving,
    }
  }
  if (serving === null)
    return {
      outcome: 'nothing-to-roll-back',
      why: `The lock file has no router for ${policy}: that of the configuration is in service.`,
      serving,
    }
  const before = versionBefore(versions, serving)
  if (before !== null && !(await isIntact(before, lockFile)))
    throw new ArtifactError(
      'version-missing',
      `The router before ${serving.router} was ${before.router}, and its artifact ${before.artifact} is not there as it was (SHA-256 ${before.sha256}). Restore the folder, or remove ${policy} from ${lockFile} to serve the router of the configuration.`,
    )
  await writeLocked(lockFile, policy, { serving: before, canary: null })
  return {
    outcome: 'rolled-back',
    why: `${serving.router} is taken out of service; ${before?.router ?? 'the router of the configuration'} is back.`,
    serving: before,
  }
}

/** The version before the one in service first took its place; null if there was none. */
function versionBefore(versions: readonly RouterVersion[], serving: LockedRouter): LockedRouter | null {
  const isServing = ({ locked }: RouterVersion) =>
    locked.sha256 === serving.sha256 && locked.threshold === serving.threshold
  const place = versions.findIndex(isServing)
  return versions[(place === -1 ? versions.length : place) - 1]?.locked ?? null
}

import type { LockedRouter } from '../../config/lock/lock-file.ts'
import type { CycleResult } from '../../learning/loop/cycle/cycle-result.ts'
import type { Database } from '../../store/database/open-database.ts'
import { addServedChange } from '../../store/records/served/served-change.ts'
import type { JobContext } from '../job.ts'
import type { LearnPayload } from './payload.ts'
import type { LearnOutcome, LearnResult } from './result.ts'

/** What the parts of a run share. */
export type LearnRun = {
  readonly db: Database
  readonly payload: LearnPayload
  readonly context: JobContext
  /** Milliseconds since 1970. */
  readonly now: number
  readonly storeFolder: string
  readonly lockFile: string
}

/** Adds what a run did to the audit trail, with what it makes of the versions. */
export async function audit(
  { db, now, payload }: LearnRun,
  action: string,
  detail: object,
  versions: VersionChanges = {},
): Promise<void> {
  const { policy } = payload
  const { served, canary, rolledBack } = versions
  const locked = served ?? canary
  await addServedChange(db, {
    event: { time: now, actor: learnActor, action, subject: policy, detail },
    ...(locked !== undefined && {
      version: { time: now, policy, locked, state: served === undefined ? 'canary' : 'served' },
    }),
    ...(rolledBack !== undefined && { rolledBack }),
  })
}

export type VersionChanges = {
  readonly served?: LockedRouter
  readonly canary?: LockedRouter
  /** Ids. */
  readonly rolledBack?: readonly string[]
}

/** Of the audit trail. */
export const learnActor = 'learn'

/** @param serving in service from now on; null: the configuration's. @param cycle of a run that trained. */
export function toResult(
  { payload, lockFile }: LearnRun,
  outcome: LearnOutcome,
  why: string,
  { serving, cycle = null }: { readonly serving: LockedRouter | null; readonly cycle?: CycleResult | null },
): LearnResult {
  const candidate = cycle?.candidate ?? null
  return {
    policy: payload.policy,
    outcome,
    promoted: outcome === 'promoted' || outcome === 'canary-promoted',
    why,
    lock: lockFile,
    router: serving?.router ?? null,
    labels: cycle?.labels ?? null,
    comparison: cycle?.comparison ?? null,
    candidate: candidate && {
      router: candidate.artifact.manifest.name,
      artifact: null,
      threshold: candidate.threshold,
      certificate: candidate.certificate,
      evidence: candidate.evidence,
    },
    canary: null,
    dryRun: payload.dryRun,
  }
}

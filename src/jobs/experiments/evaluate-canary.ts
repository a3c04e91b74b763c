import { hearAbort } from '../../base/concurrency/run-steps.ts'
import type { LearnConfig } from '../../config/config.ts'
import type { AppliedLock, LockedRoute } from '../../config/lock/applied-lock.ts'
import type { LockedCanary } from '../../config/lock/lock-file.ts'
import { rollBack } from '../../config/lock/write-lock.ts'
import { canaryId } from '../../gateway/configured-experiments.ts'
import type { Database } from '../../store/database/open-database.ts'
import { addAuditEvent } from '../../store/records/audit-trail.ts'
import { readArmSessions, readMeanSessionUsd } from '../../store/records/experiment-sessions.ts'
import { type CanaryVerdict, judgeCanary } from '../learn/canary/judge-canary.ts'
import { type EvaluationOptions, settledMs } from './evaluate-experiment.ts'

/** A canary of the lock file, and what its sessions show. `routellm learn` puts one in service that has had its sessions. */
export type EvaluatedCanary = {
  readonly id: string
  /** As the lock file names it. */
  readonly policy: string
  readonly router: string
  readonly sessions: CanaryVerdict['sessions']
  /** Of the treatment, until it is decided. */
  readonly needed: number
  readonly verdict: 'running' | 'passed' | 'guard'
  readonly why: string
  /** Whether it has been removed from the lock file. */
  readonly isRemoved: boolean
}

/** @param options.enforce removes it from the lock file if a guard speaks against it. */
export async function evaluateCanary(
  db: Database,
  lock: AppliedLock,
  { name }: LockedRoute,
  canary: LockedCanary,
  { now, qualityOf, signal, learn, enforce }: CanaryEvaluationOptions,
): Promise<EvaluatedCanary> {
  await hearAbort(signal)
  const since = Date.parse(canary.since)
  const { kind, why, sessions } = judgeCanary(
    await readArmSessions(db, canaryId(canary), { from: since, to: now - settledMs }),
    qualityOf,
    {
      share: canary.share,
      sessions: canary.sessions,
      qualityMargin: learn.qualityMargin,
      errorRate: learn.errorRate,
      meanUsd: await readMeanSessionUsd(db, { from: since - learn.window, to: since }),
    },
  )
  const isRemoved = enforce && kind === 'remove' && (await rollBack(lock.file, name))
  if (isRemoved)
    await addAuditEvent(db, {
      ...{ time: now, actor: 'experiments', action: 'roll-back', subject: name },
      detail: { router: canary.router, why, sessions },
    })
  return {
    ...{ id: canaryId(canary), policy: name, router: canary.router, sessions, needed: canary.sessions, why },
    verdict: kind === 'remove' ? 'guard' : kind === 'promote' ? 'passed' : 'running',
    isRemoved,
  }
}

export type CanaryEvaluationOptions = EvaluationOptions & {
  readonly learn: Pick<LearnConfig, 'qualityMargin' | 'errorRate' | 'window'>
  readonly enforce: boolean
}

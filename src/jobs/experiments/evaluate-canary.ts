import { hearAbort } from '../../base/concurrency/run-steps.ts'
import type { Config } from '../../config/config.ts'
import type { AppliedLock, LockedRoute } from '../../config/lock/applied-lock.ts'
import { removeCanary } from '../../config/lock/changes/change-lock.ts'
import type { LockedCanary } from '../../config/lock/lock-file.ts'
import { canaryId } from '../../gateway/configured-experiments.ts'
import type { CertificateStatus } from '../../routing/certificate/certificate.ts'
import type { Database } from '../../store/database/open-database.ts'
import { addAuditEvent } from '../../store/records/audit-trail.ts'
import { readArmSessions, readMeanSessionUsd } from '../../store/records/experiment-sessions.ts'
import { type CanaryVerdict, canaryPlan, judgeCanary } from '../learn/canary/judge-canary.ts'
import { type CertificateOptions, evaluateCertificate } from './certificates/evaluate-certificate.ts'
import { type EvaluationOptions, settledMs } from './evaluate-experiment.ts'
import { type EvidencePoint, readEvidence } from './evidence/read-evidence.ts'

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
  /** Absent: it was not asked for. */
  readonly history?: readonly EvidencePoint[]
}

/** @param options.enforce removes it from the lock file if a guard speaks against it, or its certificate does not hold. */
export async function evaluateCanary(
  db: Database,
  lock: AppliedLock,
  route: LockedRoute,
  canary: LockedCanary,
  { now, qualityOf, signal, enforce, config, context, history = false }: CanaryEvaluationOptions,
): Promise<EvaluatedCanary> {
  await hearAbort(signal)
  const { name } = route
  const { learn } = config
  const since = Date.parse(canary.since)
  const armSessions = await readArmSessions(db, canaryId(canary), { from: since, to: now - settledMs })
  const options = {
    share: canary.share,
    sessions: canary.sessions,
    qualityMargin: learn.qualityMargin,
    errorRate: learn.errorRate,
    meanUsd: await readMeanSessionUsd(db, { from: since - learn.window, to: since }),
  }
  const judged = judgeCanary(armSessions, qualityOf, options)
  const certificate = await evaluateCertificate(db, lock, route, canary, { now, since, config, context })
  const broken = describeBroken(certificate?.status)
  const { sessions } = judged
  const { kind, why } =
    judged.kind === 'remove' || broken === null ? judged : ({ kind: 'remove', why: broken } as const)
  const isRemoved = enforce && kind === 'remove' && (await removeCanary(lock.file, name, canary))
  if (isRemoved)
    await addAuditEvent(db, {
      ...{ time: now, actor: 'experiments', action: 'roll-back', subject: name },
      detail: { router: canary.router, why, sessions },
    })
  return {
    ...{ id: canaryId(canary), policy: name, router: canary.router, sessions, needed: canary.sessions, why },
    verdict: kind === 'remove' ? 'guard' : kind === 'promote' ? 'passed' : 'running',
    isRemoved,
    ...(history && {
      history: await readEvidence(armSessions, canaryPlan(options, armSessions), qualityOf, signal),
    }),
  }
}

/** Why a canary's certificate does not hold; null if it does. */
function describeBroken(status: CertificateStatus | undefined): string | null {
  switch (status?.kind) {
    case 'expired':
      return `The canary is removed: its certificate has expired on ${status.since}.`
    case 'drifted':
      return `The canary is removed: its traffic is not what its certificate was made of (${status.alarms.map(({ figure }) => figure).join(', ')}).`
    default:
      return null
  }
}

export type CanaryEvaluationOptions = EvaluationOptions & {
  readonly config: Config
  readonly context: CertificateOptions['context']
  readonly enforce: boolean
}

import { hearAbort } from '../../../base/concurrency/run-steps.ts'
import {
  createExperimentMonitor,
  type ExperimentStatus,
} from '../../../learning/loop/experiments/experiment-monitor.ts'
import type { ExperimentPlan } from '../../../learning/loop/experiments/experiment-plan.ts'
import type { ArmSession } from '../../../store/records/experiment-sessions.ts'

/** What the sessions until a time show: the treatment less the control. */
export type EvidencePoint = Pick<ExperimentStatus, 'sessions' | 'differences'> & {
  /** When the last of them began, in milliseconds since 1970. */
  readonly time: number
}

const mostPoints = 60

/**
 * What was known of an experiment after each part of its sessions, at most 60 times. Each interval holds at all times together, so that
 * the narrowing of one is the evidence that has come.
 *
 * @param sessions in the order of their beginnings; those whose dollars are not known are left out.
 */
export async function readEvidence(
  sessions: readonly ArmSession[],
  plan: ExperimentPlan,
  qualityOf: (session: string) => number | null,
  signal: AbortSignal,
): Promise<readonly EvidencePoint[]> {
  const monitor = createExperimentMonitor(plan)
  const counted = sessions.filter(({ usd }) => usd !== null)
  const every = Math.max(1, Math.ceil(counted.length / mostPoints))
  const points: EvidencePoint[] = []
  for (const [index, { arm, began, session, usd }] of counted.entries()) {
    monitor.add({ arm, began, usd: usd ?? 0, quality: qualityOf(session) })
    if ((index + 1) % every !== 0 && index + 1 < counted.length) continue
    await hearAbort(signal)
    const { sessions: count, differences } = monitor.status()
    points.push({ time: began, sessions: count, differences })
  }
  return points
}

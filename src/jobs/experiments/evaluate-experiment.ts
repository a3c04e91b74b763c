import { hearAbort } from '../../base/concurrency/run-steps.ts'
import type { ExperimentConfig } from '../../config/config.ts'
import {
  createExperimentMonitor,
  type ExperimentState,
  type ExperimentStatus,
} from '../../learning/loop/experiments/experiment-monitor.ts'
import { type ExperimentPlan, findMostSessions } from '../../learning/loop/experiments/experiment-plan.ts'
import type { Database } from '../../store/database/open-database.ts'
import { addAuditEvent } from '../../store/records/audit-trail.ts'
import { readArmSessions } from '../../store/records/experiment-sessions.ts'
import { readExperiment, writeExperiment } from '../../store/records/experiments/stored-experiment.ts'
import { type EvidencePoint, readEvidence } from './evidence/read-evidence.ts'

/** An experiment of the configuration, and what its sessions show. */
export type EvaluatedExperiment = Pick<ExperimentConfig, 'id' | 'control' | 'treatment' | 'share'> &
  ExperimentStatus & {
    /** Sessions of both arms for which the tests are tuned. */
    readonly plannedSessions: number
    /** It ends undecided after so many. */
    readonly mostSessions: number
    /** Sessions that are left out, because a price is not known. */
    readonly unpriced: number
    /** Why it is not evaluated any more; null if it is. */
    readonly problem: string | null
    /** Absent: it was not asked for. */
    readonly history?: readonly EvidencePoint[]
  }

/** What is stored of an experiment between evaluations. */
type Progress = {
  readonly monitor: ExperimentState
  /** Sessions that began until then are counted. */
  readonly until: number
  readonly unpriced: number
}

/** Sessions count an hour after they began, over or not, so that both arms have had the same time. */
export const settledMs = 3_600_000
/** Sessions between two pauses. */
const sessionsBetweenPauses = 500

/**
 * Adds the sessions since the last evaluation to the tests of an experiment. A verdict stays, and is an event of the audit trail.
 *
 * @param now milliseconds since 1970. @param qualityOf the mean quality of a session's labelled answers; null: none has a label.
 */
export async function evaluateExperiment(
  db: Database,
  experiment: ExperimentConfig,
  { now, qualityOf, signal, history = false }: EvaluationOptions,
): Promise<EvaluatedExperiment> {
  await hearAbort(signal)
  const { id, control, treatment, share } = experiment
  const plan = toPlan(experiment)
  const definition = JSON.stringify({ control, treatment, seed: experiment.seed, ...plan })
  const stored = await readExperiment(db, id)
  const before = stored === null ? null : (stored.result as Progress)
  if (stored !== null && before !== null && stored.definition !== definition) {
    const problem = `it has begun with other arms or rules, which cannot change; give the new experiment another name than ${id}`
    const begun = JSON.parse(stored.definition) as ExperimentPlan
    const status = createExperimentMonitor(begun, before.monitor).status()
    return {
      ...{ id, control, treatment, share: begun.treatmentShare, unpriced: before.unpriced, problem },
      ...lengthOf(begun),
      ...status,
    }
  }
  const monitor = createExperimentMonitor(plan, before?.monitor)
  const until = now - settledMs
  let unpriced = before?.unpriced ?? 0
  let first = stored?.time ?? null
  const sessions = await readArmSessions(db, id, { from: first ?? 0, to: until })
  for (const [index, { arm, began, session, usd }] of sessions.entries()) {
    if (index % sessionsBetweenPauses === 0) await hearAbort(signal)
    if (before !== null && began <= before.until) continue
    first ??= began
    // A session whose dollars are not known says nothing of what either arm costs.
    if (usd === null) unpriced++
    else monitor.add({ arm, began, usd, quality: qualityOf(session) })
  }
  const status = monitor.status()
  if (first !== null) {
    const result: Progress = { monitor: monitor.state(), until, unpriced }
    await writeExperiment(db, { id, time: first, state: status.verdict.kind, definition, result })
  }
  if (status.verdict.kind !== 'running' && stored?.state !== status.verdict.kind)
    await addAuditEvent(db, {
      ...{ time: now, actor: 'experiments', action: status.verdict.kind, subject: id },
      detail: { control, treatment, ...status },
    })
  const evaluated = { id, control, treatment, share, unpriced, problem: null, ...lengthOf(plan), ...status }
  return history
    ? { ...evaluated, history: await readEvidence(sessions, plan, qualityOf, signal) }
    : evaluated
}

export type EvaluationOptions = {
  readonly now: number
  readonly qualityOf: (session: string) => number | null
  readonly signal: AbortSignal
  /** Whether what was known before is told too. Default: false. */
  readonly history?: boolean
}

function lengthOf(plan: ExperimentPlan): Pick<EvaluatedExperiment, 'plannedSessions' | 'mostSessions'> {
  return { plannedSessions: plan.plannedSessions, mostSessions: findMostSessions(plan) }
}

/** @throws what `createExperimentMonitor` throws for rules that cannot be tested. */
function toPlan({
  share,
  plannedSessions,
  mostSessions,
  mostUsdPerSession,
  errorRate,
  success,
  guards,
}: ExperimentConfig): ExperimentPlan {
  return {
    treatmentShare: share,
    plannedSessions,
    ...(mostSessions !== undefined && { mostSessions }),
    mostUsdPerSession,
    errorRate,
    success,
    guards,
  }
}

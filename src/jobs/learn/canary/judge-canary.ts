import {
  createExperimentMonitor,
  type ExperimentVerdict,
} from '../../../learning/loop/experiments/experiment-monitor.ts'
import type { ArmSession } from '../../../store/records/experiment-sessions.ts'

export type CanaryOptions = {
  /** Of the sessions, for the canary. */
  readonly share: number
  /** Sessions of the canary after which it takes the place of the router in service. */
  readonly sessions: number
  readonly qualityMargin: number
  /** Probability that a canary that is no worse is removed. */
  readonly errorRate: number
  /** Mean dollars of a session before the canary began; null if that is not known. */
  readonly meanUsd: number | null
}

export type CanaryVerdict = {
  readonly kind: 'running' | 'promote' | 'remove'
  readonly why: string
  readonly sessions: { readonly control: number; readonly treatment: number }
}

/** Beyond so many mean sessions a session's dollars are cut, so that one does not decide. */
const mostMeans = 10
/** The share of a session's requests that fail may rise by this. */
const failureMargin = 0.05

/** A plan needs a rule of success. This one cannot be shown, so that the guards are asked to the end. */
const neverShown = { outcome: 'quality', of: 'difference', is: 'above', limit: 0.999_999 } as const

/**
 * Whether a canary stays, goes, or takes over. It goes if sessions show it to be dearer, to lose more quality than the margin, or to
 * fail more often; each guard is a sequential test that may be asked every time, and both monitors have half of the error rate. It takes
 * over after its sessions if nothing spoke against it.
 *
 * @param sessions in the order of their beginnings. @param qualityOf the mean quality of a session's labelled answers; null: none has a label.
 */
export function judgeCanary(
  sessions: readonly ArmSession[],
  qualityOf: (session: string) => number | null,
  { share, sessions: needed, qualityMargin, errorRate, meanUsd }: CanaryOptions,
): CanaryVerdict {
  const planned = Math.ceil(needed / share)
  const mostUsd = meanUsd === null || meanUsd === 0 ? 1 : mostMeans * meanUsd
  const common = {
    treatmentShare: share,
    plannedSessions: planned,
    mostSessions: Number.MAX_SAFE_INTEGER,
    mostUsdPerSession: mostUsd,
    errorRate: errorRate / 2,
    success: [neverShown],
  }
  const monitor = createExperimentMonitor({
    ...common,
    guards: [
      { outcome: 'usd', of: 'difference', is: 'above', limit: 0 },
      { outcome: 'quality', of: 'difference', is: 'below', limit: -qualityMargin },
    ],
  })
  const failures = createExperimentMonitor({
    ...common,
    guards: [{ outcome: 'quality', of: 'difference', is: 'below', limit: -failureMargin }],
  })
  let unpriced = 0
  for (const { arm, began, requests, failed, usd, session } of sessions) {
    failures.add({ arm, began, usd: 0, quality: 1 - failed / requests })
    // A session whose dollars are not known says nothing of what either arm costs; a request that fails has often none.
    if (usd === null) unpriced++
    else monitor.add({ arm, began, usd, quality: qualityOf(session) })
  }
  const { sessions: counted, verdict } = monitor.status()
  const against = failureReason(failures.status().verdict) ?? reasonAgainst(verdict, qualityMargin)
  if (against !== null)
    return { kind: 'remove', why: `The canary is removed: ${against}.`, sessions: counted }
  if (counted.treatment >= needed)
    return {
      kind: 'promote',
      why: `The canary takes the place of the router in service: nothing spoke against it in ${counted.treatment} sessions.`,
      sessions: counted,
    }
  const left =
    unpriced === 0 ? '' : ` ${unpriced} more sessions do not count, because their dollars are not known.`
  return {
    kind: 'running',
    why: `The canary has had ${counted.treatment} of ${needed} sessions, and nothing speaks against it.${left}`,
    sessions: counted,
  }
}

function reasonAgainst(verdict: ExperimentVerdict, qualityMargin: number): string | null {
  if (verdict.kind === 'sample-ratio')
    return 'its sessions do not come in the planned share, so it cannot be compared with the router in service'
  if (verdict.kind !== 'guard') return null
  return verdict.rule.outcome === 'usd'
    ? 'it is shown to be dearer than the router in service'
    : `it is shown to lose more than ${qualityMargin} of quality`
}

function failureReason(verdict: ExperimentVerdict): string | null {
  return verdict.kind === 'guard'
    ? `more than ${100 * failureMargin} % more of its requests are shown to fail`
    : null
}

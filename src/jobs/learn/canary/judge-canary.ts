import {
  createExperimentMonitor,
  type ExperimentVerdict,
} from '../../../learning/loop/experiments/experiment-monitor.ts'
import type { ExperimentPlan } from '../../../learning/loop/experiments/experiment-plan.ts'
import type { ArmSession } from '../../../store/records/experiment-sessions.ts'

export type CanaryOptions = {
  /** Of the sessions, for the canary. */
  readonly share: number
  /** Sessions of the canary after which it takes the place of the router in service. */
  readonly sessions: number
  readonly qualityMargin: number
  /** Probability that a canary that is no worse is removed. */
  readonly errorRate: number
  /** Mean dollars of a session before the canary began; null if that is not known: then the first sessions of the canary's time say it. */
  readonly meanUsd: number | null
}

export type CanaryVerdict = {
  readonly kind: 'running' | 'promote' | 'remove'
  readonly why: string
  readonly sessions: { readonly control: number; readonly treatment: number }
}

/** Beyond so many mean sessions a session's dollars are cut, so that one does not decide. */
const mostMeans = 10
/** Sessions of the control that say what a session costs, if none before the canary does. */
const sessionsOfScale = 20
/** The share of a session's requests that fail may rise by this. */
const failureMargin = 0.05

/** A plan needs a rule of success. This one cannot be shown, so that the guards are asked to the end. */
const neverShown = { outcome: 'quality', of: 'difference', is: 'above', limit: 0.999_999 } as const

/**
 * Whether a canary stays, goes, or takes over. It goes if sessions show it to be dearer, to lose more quality than the margin, or to
 * fail more often; each guard is a sequential test that may be asked every time, and both monitors have half of the error rate. It takes
 * over after its sessions if nothing spoke against it.
 *
 * @param given sessions in the order of their beginnings. @param qualityOf the mean quality of a session's labelled answers; null: none has a label.
 */
export function judgeCanary(
  given: readonly ArmSession[],
  qualityOf: (session: string) => number | null,
  { share, sessions: needed, qualityMargin, errorRate, meanUsd }: CanaryOptions,
): CanaryVerdict {
  const planned = Math.ceil(needed / share)
  const scale = meanUsd === null || meanUsd === 0 ? findScale(given) : { meanUsd, sessions: given }
  // Until the scale is known only failures are judged, which need none.
  const mostUsd = mostMeans * (scale?.meanUsd ?? 1)
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
  for (const { arm, began, requests, failed } of given)
    failures.add({ arm, began, usd: 0, quality: 1 - failed / requests })
  for (const { arm, began, usd, session } of scale?.sessions ?? []) {
    // A session whose dollars are not known says nothing of what either arm costs; a request that fails has often none.
    if (usd === null) unpriced++
    else monitor.add({ arm, began, usd, quality: qualityOf(session) })
  }
  const { sessions: counted, verdict } = monitor.status()
  const against = failureReason(failures.status().verdict) ?? reasonAgainst(verdict, qualityMargin)
  if (against !== null)
    return { kind: 'remove', why: `The canary is removed: ${against}.`, sessions: counted }
  if (scale === null && given.length > 0)
    return {
      kind: 'running',
      why: `The canary waits for ${sessionsOfScale} sessions of the router in service with known costs, because none before it says what a session costs.`,
      sessions: { control: countArm(given, 'control'), treatment: countArm(given, 'treatment') },
    }
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

/** Tests of a canary's dollars and quality, to show what is known of it. Without sessions before it, its own set the scale of dollars. */
export function canaryPlan(
  { share, sessions, errorRate, meanUsd }: CanaryOptions,
  given: readonly ArmSession[],
): ExperimentPlan {
  const scale = meanUsd === null || meanUsd === 0 ? (findScale(given)?.meanUsd ?? 1) : meanUsd
  return {
    treatmentShare: share,
    plannedSessions: Math.ceil(sessions / share),
    mostSessions: Number.MAX_SAFE_INTEGER,
    mostUsdPerSession: mostMeans * scale,
    errorRate,
    success: [neverShown],
  }
}

type Scale = { readonly meanUsd: number; readonly sessions: readonly ArmSession[] }

/**
 * What a session costs by the first ones, until 20 of the control have come and one has cost something, and the sessions after them: those
 * that set the scale are not tested on it, so that the tests keep their error rate. Null if there are too few yet.
 */
function findScale(sessions: readonly ArmSession[]): Scale | null {
  let [controls, priced, sum] = [0, 0, 0]
  for (const [index, { arm, usd }] of sessions.entries()) {
    if (usd === null) continue
    if (arm === 'control') controls++
    priced++
    sum += usd
    if (controls >= sessionsOfScale && sum > 0)
      return { meanUsd: sum / priced, sessions: sessions.slice(index + 1) }
  }
  // All are free so far: their dollars are the same on any scale.
  return controls >= sessionsOfScale ? { meanUsd: 1, sessions } : null
}

function countArm(sessions: readonly ArmSession[], arm: ArmSession['arm']): number {
  return sessions.filter((session) => session.arm === arm && session.usd !== null).length
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

import {
  createConfidenceSequence,
  type SequenceState,
} from '../../../base/math/sequential/confidence-sequence.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../../errors.ts'
import {
  checkPlan,
  type ExperimentOutcome,
  type ExperimentPlan,
  type ExperimentRule,
  findMostSessions,
} from './experiment-plan.ts'
import { createOutcomeSequence, type OutcomeSequenceState } from './outcome-sequence.ts'

/**
 * A session of an experiment. Add sessions in the order in which they began, each a fixed time after it began, over or not:
 * in the order of their ends the arm with the shorter sessions would come first.
 */
export type ExperimentSession = {
  readonly arm: 'control' | 'treatment'
  /** When it began, in milliseconds since 1970. */
  readonly began: number
  /** Mean quality of its answers, 0 to 1. Null: not labelled, by a choice that depends on neither arm nor answers. */
  readonly quality: number | null
  /** Dollars of all its requests. */
  readonly usd: number
}

export type ExperimentMonitor = {
  /** @throws `InvalidRequestError` (`invalid-experiment-session`). */
  add(session: ExperimentSession): void
  /** May be asked after every session; a verdict stays. */
  status(): ExperimentStatus
  /** Plain data, from which `createExperimentMonitor` continues with the same plan. */
  state(): ExperimentState
}

export type ExperimentStatus = {
  readonly sessions: Readonly<Record<'control' | 'treatment', number>>
  /** The treatment less the control: estimate, and interval that holds at all times together with 1 − `errorRate`. */
  readonly differences: Readonly<Record<ExperimentOutcome, Difference>>
  readonly verdict: ExperimentVerdict
}

export type Difference = { readonly value: number | null; readonly interval: Interval }

/**
 * - `success`: all rules of `success` are shown.
 * - `guard`: this limit is passed.
 * - `sample-ratio`: sessions do not come in the planned shares, so the arms cannot be compared: find out why.
 * - `undecided`: `mostSessions` have come.
 */
export type ExperimentVerdict =
  | { readonly kind: 'running' }
  | { readonly kind: 'success' }
  | { readonly kind: 'guard'; readonly rule: ExperimentRule }
  | { readonly kind: 'sample-ratio' }
  | { readonly kind: 'undecided' }

export type ExperimentState = {
  readonly control: number
  readonly treatment: number
  /** Of the session added last; null before the first. */
  readonly began: number | null
  readonly verdict: ExperimentVerdict
  readonly sequences: readonly OutcomeSequenceState[]
  readonly ratio: SequenceState
}

/** Shares that differ from the plan are a fault of the assignment, which must not be cried at one experiment in twenty. */
const sampleRatioErrorRate = 0.001

/**
 * Tests that may be looked at after every session (`createConfidenceSequence`), with rules that end the experiment.
 *
 * Success is shown with a probability of at most `errorRate` unless all of its rules hold: each is tested at that rate
 * (an intersection-union test, so no correction). A guard stops with at most `errorRate` if no limit is passed: each has an
 * equal part. Rules that become true are not forgotten: the verdict at the first of them stays.
 *
 * @throws `InvalidRequestError` (`invalid-experiment`).
 */
export function createExperimentMonitor(plan: ExperimentPlan, state?: ExperimentState): ExperimentMonitor {
  checkPlan(plan)
  const { treatmentShare, plannedSessions, mostUsdPerSession, errorRate = 0.05, success, guards = [] } = plan
  const mostSessions = findMostSessions(plan)
  const most = { quality: 1, usd: mostUsdPerSession }
  const displayed = (['quality', 'usd'] as const).map((outcome) => ({
    outcome,
    of: 'difference' as const,
    errorRate,
  }))
  // A rule is about one side, so it has twice its rate for both.
  const tested = [
    ...success.map((rule) => ({ ...rule, errorRate: Math.min(0.99, 2 * errorRate) })),
    ...guards.map((rule) => ({ ...rule, errorRate: Math.min(0.99, (2 * errorRate) / guards.length) })),
  ]
  const planned = [...displayed, ...tested]
  if (state !== undefined && state.sequences.length !== planned.length)
    throw new InvalidRequestError(
      'invalid-experiment',
      `The experiment cannot be continued: its state has ${state.sequences.length} tests, its plan ${planned.length}. Rules cannot change once it has begun; begin a new experiment.`,
    )
  const sequences = planned.map(({ outcome, of, errorRate: rate }, index) => ({
    outcome,
    sequence: createOutcomeSequence(
      { of, most: most[outcome], treatmentShare, errorRate: rate, planned: plannedSessions },
      state?.sequences[index],
    ),
  }))
  const ratio = createConfidenceSequence(
    { range: [0, 1], errorRate: sampleRatioErrorRate, planned: plannedSessions },
    state?.ratio,
  )
  let { control, treatment, began, verdict } = state ?? {
    control: 0,
    treatment: 0,
    began: null,
    verdict: { kind: 'running' } as ExperimentVerdict,
  }

  const isShown = (rule: ExperimentRule, place: number): boolean => {
    const [low, high] = sequences[displayed.length + place]!.sequence.interval()
    return rule.is === 'above' ? low > rule.limit : high < rule.limit
  }
  const findVerdict = (): ExperimentVerdict => {
    const [low, high] = ratio.interval()
    if (treatmentShare < low || treatmentShare > high) return { kind: 'sample-ratio' }
    const guard = guards.find((rule, place) => isShown(rule, success.length + place))
    if (guard !== undefined) return { kind: 'guard', rule: guard }
    if (success.every(isShown)) return { kind: 'success' }
    return { kind: control + treatment >= mostSessions ? 'undecided' : 'running' }
  }

  return {
    add(session) {
      checkSession(session, began)
      const isTreatment = session.arm === 'treatment'
      if (isTreatment) treatment++
      else control++
      began = session.began
      ratio.add(isTreatment ? 1 : 0)
      for (const { outcome, sequence } of sequences) {
        const value = outcome === 'usd' ? Math.min(session.usd, mostUsdPerSession) : session.quality
        if (value !== null) sequence.add(isTreatment, value)
      }
      if (verdict.kind === 'running') verdict = findVerdict()
    },
    status() {
      const differenceAt = (index: number): Difference => {
        const { sequence } = sequences[index]!
        return { value: sequence.mean(), interval: sequence.interval() }
      }
      return {
        sessions: { control, treatment },
        differences: { quality: differenceAt(0), usd: differenceAt(1) },
        verdict,
      }
    },
    state: () => ({
      control,
      treatment,
      began,
      verdict,
      sequences: sequences.map(({ sequence }) => sequence.state()),
      ratio: ratio.state(),
    }),
  }
}

function checkSession({ arm, began, quality, usd }: ExperimentSession, previous: number | null): void {
  const fault =
    arm !== 'control' && arm !== 'treatment'
      ? `its arm is ${arm}, which must be control or treatment`
      : !(began >= (previous ?? Number.NEGATIVE_INFINITY))
        ? `it began at ${began}, before the one added last (${previous}). Add sessions in the order of their beginnings`
        : quality !== null && !(quality >= 0 && quality <= 1)
          ? `its quality is ${quality}, which must be from 0 to 1, or null`
          : !(usd >= 0 && usd < Number.POSITIVE_INFINITY)
            ? `its dollars are ${usd}, which must be a number from 0`
            : null
  if (fault !== null)
    throw new InvalidRequestError(
      'invalid-experiment-session',
      `The session cannot be added to the experiment: ${fault}.`,
    )
}

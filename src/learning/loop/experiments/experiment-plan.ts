import { InvalidRequestError } from '../../../errors.ts'

/** An experiment between what is in service (control) and what may replace it (treatment). Sessions are assigned at random. */
export type ExperimentPlan = {
  /** Probability with which a session is given the treatment, between 0 and 1. */
  readonly treatmentShare: number
  /** Sessions of both arms for which the tests are tuned. It affects how soon they end, not their error rates. */
  readonly plannedSessions: number
  /** The experiment ends undecided after so many. Default: four times `plannedSessions`. */
  readonly mostSessions?: number
  /** A session's dollars above this count as this: the test is of the mean of min(dollars, this). Set it to what hardly a session costs. */
  readonly mostUsdPerSession: number
  /** Probability of success if one of its rules does not hold, and of a guard's stop if none of their limits is passed. Default: .05. */
  readonly errorRate?: number
  /** The treatment succeeds once all of these are shown: cheaper at equal quality is `usd` below 0 and `quality` above −.01. */
  readonly success: readonly ExperimentRule[]
  /** The experiment stops once any of these is shown. */
  readonly guards?: readonly ExperimentRule[]
}

/** A statement that a test can show. */
export type ExperimentRule = {
  /** A session's mean quality, 0 to 1, or its dollars. */
  readonly outcome: ExperimentOutcome
  /** The treatment's mean less the control's, or the treatment's mean. */
  readonly of: 'difference' | 'treatment'
  readonly is: 'above' | 'below'
  readonly limit: number
}

export type ExperimentOutcome = 'quality' | 'usd'

/** Sessions after which an experiment ends undecided. */
export function findMostSessions({
  plannedSessions,
  mostSessions = 4 * plannedSessions,
}: ExperimentPlan): number {
  return mostSessions
}

/** @throws `InvalidRequestError` (`invalid-experiment`) that names the key and its value. */
export function checkPlan(plan: ExperimentPlan): void {
  const { treatmentShare, plannedSessions, mostUsdPerSession, errorRate = 0.05, success, guards = [] } = plan
  if (!(treatmentShare > 0 && treatmentShare < 1))
    refuse(`\`treatmentShare\` is ${treatmentShare}; it must be between 0 and 1`)
  if (!(Number.isInteger(plannedSessions) && plannedSessions > 0))
    refuse(`\`plannedSessions\` is ${plannedSessions}; it must be a whole number from 1`)
  if (!(mostUsdPerSession > 0 && mostUsdPerSession < Number.POSITIVE_INFINITY))
    refuse(`\`mostUsdPerSession\` is ${mostUsdPerSession}; it must be a number of dollars above 0`)
  if (!(errorRate > 0 && errorRate < 1)) refuse(`\`errorRate\` is ${errorRate}; it must be between 0 and 1`)
  if (success.length === 0) refuse('`success` has no rule')
  for (const { outcome, of, limit } of [...success, ...guards]) {
    const most = outcome === 'quality' ? 1 : mostUsdPerSession
    const least = of === 'difference' ? -most : 0
    if (!(limit > least && limit < most))
      refuse(
        `a rule about ${outcome} has the limit ${limit}, which no ${of === 'difference' ? 'difference' : 'mean'} can pass; it must be between ${least} and ${most}`,
      )
  }
}

function refuse(fault: string): never {
  throw new InvalidRequestError('invalid-experiment', `The experiment cannot be run: ${fault}.`)
}

import { createConfidenceSequence } from '../../../base/math/sequential/confidence-sequence.ts'
import { influenceInterval } from '../../../base/math/statistics/influence-interval.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { formatSigned } from '../../../base/text/format/format-number.ts'
import { InvalidRequestError } from '../../../errors.ts'

/** A session that neither router was trained or calibrated on, as each would have answered it. */
export type HeldOutSession = {
  readonly candidate: RoutedOutcome
  readonly inService: RoutedOutcome
}

export type RoutedOutcome = {
  /** Mean quality of the session's answers, 0 to 1. */
  readonly quality: number
  /** Dollars of all its requests. */
  readonly usd: number
}

export type PromotionOptions = {
  /** The quality that the candidate may lose, 0 to 1. Default: .02. */
  readonly qualityMargin?: number
  /** Probability of a wrong promotion in all attempts together. Default: .05. */
  readonly errorRate?: number
  /** Attempts that share the error rate, such as the 30 nights of a month. Default: 1. */
  readonly attempts?: number
  /** Why the candidate has no guarantee; null if it has the one that is asked for, or none is asked for. */
  readonly guaranteeMissing?: string | null
  /** How the router in service is shown to break what it promises; null if it is not. Then the candidate need not be cheaper. */
  readonly promiseBroken?: string | null
  /**
   * Of the attempt's error rate, what the test of that promise has taken: the dollars are tested with the rest. Default: 0, if it is
   * not tested.
   */
  readonly promiseErrorRate?: number
}

export type Promotion = {
  readonly promoted: boolean
  /** One sentence; of a refusal, every reason. */
  readonly why: string
  readonly sessions: number
  /** The candidate less the router in service: mean of a session, and an interval of which each end is missed with the attempt's error rate, that of dollars less `promiseErrorRate`. */
  readonly quality: { readonly value: number; readonly interval: Interval }
  readonly usd: { readonly value: number; readonly interval: Interval }
}

/** Fewer say nothing. */
export const fewestSessions = 50

/**
 * Promotes a candidate only if it is shown to be cheaper, to lose no more quality than the margin, and to keep its guarantee.
 * Both routers are compared on the same held-out sessions, which are a random sample of recent ones. If the router in service is
 * shown to break its promise, the candidate may be dearer.
 *
 * A wrong promotion (the candidate loses more quality, or it is not cheaper and the router in service keeps its promise) has a probability of at most `errorRate` over all
 * attempts: quality is to be shown at errorRate/attempts, and dollars at what the test of the promise leaves of it, because a false
 * result of either of these two would do (Bonferroni's inequality; an intersection-union test within an attempt, Bonferroni's inequality
 * over attempts, so candidates and sessions of different nights may depend on each other). Quality has the empirical Bernstein bound of `createConfidenceSequence`, which also holds
 * if losses are so rare that the sample has none; dollars, which have no bound, `influenceInterval`.
 *
 * @throws `InvalidRequestError` (`invalid-promotion`).
 */
export function decidePromotion(
  sessions: readonly HeldOutSession[],
  options: PromotionOptions = {},
): Promotion {
  const {
    qualityMargin = 0.02,
    errorRate = 0.05,
    attempts = 1,
    guaranteeMissing = null,
    promiseBroken = null,
    promiseErrorRate = 0,
  } = options
  checkOptions(qualityMargin, errorRate, attempts)
  const attemptErrorRate = errorRate / attempts
  if (!(promiseErrorRate >= 0 && promiseErrorRate < attemptErrorRate))
    throw new InvalidRequestError(
      'invalid-promotion',
      `A promotion cannot be decided: \`promiseErrorRate\` is ${promiseErrorRate}; it must be from 0 to below ${attemptErrorRate}, the error rate of an attempt.`,
    )
  if (sessions.length < fewestSessions)
    throw new InvalidRequestError(
      'invalid-promotion',
      `A promotion needs ${fewestSessions} held-out sessions, got ${sessions.length}. Label more, or wait for more traffic.`,
    )
  const quality = compareQuality(sessions, attemptErrorRate)
  const usd = compareDollars(sessions, attemptErrorRate - promiseErrorRate)
  const reasons: string[] = []
  if (guaranteeMissing !== null) reasons.push(`it has no guarantee (${guaranteeMissing})`)
  if (promiseBroken === null && !(usd.interval[1] < 0))
    reasons.push(
      `it is not shown to be cheaper (${signedUsd(usd.value)} a session, ${signedUsd(usd.interval[0])} to ${signedUsd(usd.interval[1])})`,
    )
  if (!(quality.interval[0] > -qualityMargin))
    reasons.push(
      `a loss of more than ${qualityMargin} of quality is not ruled out (the quality differs by ${signed(quality.value)}, ${signed(quality.interval[0])} to ${signed(quality.interval[1])})`,
    )
  const promoted = reasons.length === 0
  const advantage =
    promiseBroken === null
      ? `The candidate is cheaper by ${(-usd.value).toPrecision(2)} USD a session`
      : `The candidate is promoted because ${promiseBroken}. Its dollars differ by ${signedUsd(usd.value)} a session`
  return {
    promoted,
    why: promoted
      ? `${advantage} (${signedUsd(usd.interval[0])} to ${signedUsd(usd.interval[1])}), and its quality differs by ${signed(quality.value)} (${signed(quality.interval[0])} to ${signed(quality.interval[1])}), on ${sessions.length} held-out sessions.`
      : `The candidate is not promoted: ${reasons.join('; ')}, on ${sessions.length} held-out sessions.`,
    sessions: sessions.length,
    quality,
    usd,
  }
}

function compareQuality(sessions: readonly HeldOutSession[], errorRate: number): Promotion['quality'] {
  const sequence = createConfidenceSequence({
    range: [-1, 1],
    errorRate: Math.min(0.99, 2 * errorRate),
    planned: sessions.length,
  })
  for (const { candidate, inService } of sessions) sequence.add(candidate.quality - inService.quality)
  return { value: sequence.mean()!, interval: sequence.interval() }
}

function compareDollars(sessions: readonly HeldOutSession[], errorRate: number): Promotion['usd'] {
  const differences = Float64Array.from(sessions, ({ candidate, inService }) => candidate.usd - inService.usd)
  const wrong = differences.findIndex((difference) => !Number.isFinite(difference))
  if (wrong >= 0)
    throw new InvalidRequestError(
      'invalid-promotion',
      `The dollars of held-out session ${wrong} are ${sessions[wrong]!.candidate.usd} and ${sessions[wrong]!.inService.usd}; both must be numbers. Leave out sessions whose price is not known.`,
    )
  const value = differences.reduce((sum, difference) => sum + difference, 0) / sessions.length
  const influences = differences.map((difference) => (difference - value) / sessions.length)
  const { interval } = influenceInterval(value, influences, Math.max(0.01, 1 - 2 * errorRate))
  return { value, interval }
}

function checkOptions(qualityMargin: number, errorRate: number, attempts: number): void {
  const fault = !(qualityMargin >= 0 && qualityMargin < 1)
    ? `\`qualityMargin\` is ${qualityMargin}; it must be from 0 to below 1`
    : !(errorRate > 0 && errorRate < 1)
      ? `\`errorRate\` is ${errorRate}; it must be between 0 and 1`
      : !(Number.isInteger(attempts) && attempts >= 1)
        ? `\`attempts\` is ${attempts}; it must be a whole number from 1`
        : null
  if (fault !== null)
    throw new InvalidRequestError('invalid-promotion', `A promotion cannot be decided: ${fault}.`)
}

function signed(value: number): string {
  return formatSigned(value, 4)
}

function signedUsd(value: number): string {
  return `${value < 0 ? '−' : '+'}$${Math.abs(value).toPrecision(2)}`
}

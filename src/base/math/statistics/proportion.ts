import { InvalidRequestError } from '../../../errors.ts'
import { betaQuantile, regularizedIncompleteBeta } from './incomplete-beta.ts'

/** The two-sided standard normal quantile of 95 %. */
export const normalQuantile95 = 1.959_963_984_540_054

/** P(Binomial(trials, probability) ≤ successes). The beta function interpolates if `successes` is a fraction. */
export function binomialTail(successes: number, trials: number, probability: number): number {
  if (successes < 0) return 0
  if (successes >= trials) return 1
  return regularizedIncompleteBeta(1 - probability, trials - successes, successes + 1)
}

/**
 * Clopper and Pearson's exact upper limit of a proportion (Biometrika 26, 1934): the p with
 * P(Binomial(trials, p) ≤ successes) = 1 − confidence; 1 if all succeeded. Any true proportion is
 * above the limit with a probability of at most 1 − confidence, for independent trials.
 *
 * Throws `InvalidRequestError`: `invalid-counts`, `invalid-confidence`.
 */
export function clopperPearsonUpper(successes: number, trials: number, confidence: number): number {
  checkCounts(successes, trials)
  checkConfidence(confidence)
  return successes === trials ? 1 : betaQuantile(confidence, successes + 1, trials - successes)
}

/** The lower limit: P(Binomial(trials, p) ≥ successes) = 1 − confidence; 0 if none succeeded. */
export function clopperPearsonLower(successes: number, trials: number, confidence: number): number {
  checkCounts(successes, trials)
  checkConfidence(confidence)
  return successes === 0 ? 0 : betaQuantile(1 - confidence, successes, trials - successes + 1)
}

/** Both limits, each missed with a probability of at most (1 − confidence) / 2. */
export function clopperPearsonInterval(
  successes: number,
  trials: number,
  confidence: number,
): readonly [low: number, high: number] {
  const oneSided = (1 + confidence) / 2
  return [clopperPearsonLower(successes, trials, oneSided), clopperPearsonUpper(successes, trials, oneSided)]
}

/**
 * Wilson's score interval of a proportion (JASA 22, 1927), all p with |p̂ − p| ≤ z √(p(1 − p)/n): shorter than
 * Clopper and Pearson's, and right on average over p rather than for every p. For describing a share, not for
 * guaranteeing one.
 *
 * @param successes may be a fraction (a tie counts half); the interval is then wider than necessary.
 * @param trials    0 gives no information: [0, 1].
 * @param z         the normal quantile of the confidence. Default: 1.96, for 95 %.
 *
 * Throws `InvalidRequestError` `invalid-counts`.
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  z = normalQuantile95,
): readonly [low: number, high: number] {
  if (trials === 0 && successes === 0) return [0, 1]
  if (!(successes >= 0 && successes <= trials)) throw invalidCounts(successes, trials)
  const share = successes / trials
  const shrink = 1 + (z * z) / trials
  const centre = (share + (z * z) / (2 * trials)) / shrink
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))
  // Rounding must not move an end that is exactly 0 or 1.
  return [successes === 0 ? 0 : centre - half, successes === trials ? 1 : centre + half]
}

/** Throws `InvalidRequestError` (`invalid-confidence`, with a hint if the value looks like a percentage). */
export function checkConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return
  const meant = confidence > 1 && confidence < 100 ? ` Did you mean ${confidence / 100}?` : ''
  throw new InvalidRequestError(
    'invalid-confidence',
    `A confidence is a fraction between 0 and 1, both excluded, such as 0.95; got ${confidence}.${meant}`,
  )
}

function checkCounts(successes: number, trials: number): void {
  if (
    Number.isInteger(successes) &&
    Number.isInteger(trials) &&
    successes >= 0 &&
    successes <= trials &&
    trials > 0
  )
    return
  throw invalidCounts(successes, trials)
}

function invalidCounts(successes: number, trials: number): InvalidRequestError {
  return new InvalidRequestError(
    'invalid-counts',
    `A proportion is of 1 or more trials, of which 0 to all succeed; got ${successes} of ${trials}.`,
  )
}

import { sigmoid } from '../../../base/math/sigmoid.ts'
import { fitLogisticLine } from '../../../base/math/statistics/logistic-line.ts'
import { normalQuantile95 } from '../../../base/math/statistics/proportion.ts'

/** The judge's estimated preference if both answers were equally long, by a model of the effect of length. */
export type LengthControl = {
  /** P(A is preferred) at zero length difference, a tie counting half. */
  readonly winRate: number
  /** 95 %. */
  readonly interval: readonly [low: number, high: number]
  /**
   * What one standard deviation of the length difference adds to A's log-odds, to begin with: b of the formula.
   * Above 0: longer is preferred.
   */
  readonly lengthEffect: number
  readonly lengthEffectInterval: readonly [low: number, high: number]
  /** Whether one side's answers are always longer, which puts zero outside of the observed range. */
  readonly isExtrapolated: boolean
}

/** One comparison: A's preference (1, ½ for a tie, 0), and by how many characters A's answer is longer. */
export type MeasuredPreference = { readonly winA: number; readonly lengthDifference: number }

/**
 * Preferences at zero length difference, as in length-controlled AlpacaEval (Dubois et al. 2024): a logistic regression
 * of the preference on the difference of the answers' lengths, evaluated at difference 0.
 *
 *   P(A preferred) = σ(a + b · tanh(d / s)),  d = length of A − length of B,  s = standard deviation of d
 *
 * and the result is σ(a), with a ± 1.96 standard errors as its interval.
 *
 * Assumptions: (1) a, the models' difference, is the same for every prompt: the paper's third term, the difficulty of
 * each instruction, needs many models' comparisons and is left out; (2) length has the effect that the formula
 * describes, equally for every prompt; (3) the effect of length is only the judge's taste: if longer answers are longer
 * because they are better, that merit is removed as well; (4) the comparisons are independent: one per prompt; (5) ties
 * are half wins, whose variance is overstated, which makes the interval wider; (6) the effect of position has cancelled
 * because both orders were asked.
 *
 * @returns undefined if fewer than three comparisons differ in length, or if all differ by the same amount or by amounts that the formula
 * cannot tell apart.
 */
export function lengthControlledPreference(
  preferences: readonly MeasuredPreference[],
): LengthControl | undefined {
  const differences = preferences.map(({ lengthDifference }) => lengthDifference)
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0)
  const deviation = Math.sqrt(squares / differences.length)
  if (!(deviation > 0)) return undefined
  const line = fitLogisticLine(
    differences.map((difference) => Math.tanh(difference / deviation)),
    preferences.map(({ winA }) => winA),
  )
  if (line === undefined) return undefined
  const error = normalQuantile95 * Math.sqrt(line.interceptVariance)
  const slopeError = normalQuantile95 * Math.sqrt(line.slopeVariance)
  return {
    winRate: sigmoid(line.intercept),
    interval: [sigmoid(line.intercept - error), sigmoid(line.intercept + error)],
    lengthEffect: line.slope,
    lengthEffectInterval: [line.slope - slopeError, line.slope + slopeError],
    isExtrapolated:
      differences.every((difference) => difference > 0) || differences.every((difference) => difference < 0),
  }
}

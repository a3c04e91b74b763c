import { sigmoid } from '../../../base/math/sigmoid.ts'
import { fitLogisticLine } from '../../../base/math/statistics/logistic-line.ts'
import { normalQuantile95 } from '../../../base/math/statistics/proportion.ts'

/** What a judge would prefer were both answers equally long, as far as a model of the length's effect can say. */
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
  /** Whether one side's answers are always the longer ones: zero is then outside of what was seen. */
  readonly isExtrapolated: boolean
}

/** One comparison: A's preference (1, ½ for a tie, 0), and by how many characters A's answer is longer. */
export type MeasuredPreference = { readonly winA: number; readonly lengthDifference: number }

/**
 * Preferences at zero length difference, in the manner of length-controlled AlpacaEval (Dubois et al. 2024): a
 * logistic regression of the preference on the difference of the answers' lengths, read where that is 0.
 *
 *   P(A preferred) = σ(a + b · tanh(d / s)),  d = length of A − length of B,  s = standard deviation of d
 *
 * and the result is σ(a), with a ± 1.96 standard errors as its interval.
 *
 * What this assumes: (1) a, the models' difference, is the same for every prompt: the paper's third term, the
 * difficulty of each instruction, needs many models' comparisons and is left out; (2) length works as the formula
 * says, alike for every prompt; (3) length is a matter of the judge's taste: where longer answers are longer because
 * they are better, that merit is taken out as well; (4) the comparisons are independent: one per prompt; (5) ties
 * are half wins, whose variance is overstated, which makes the interval wider; (6) the position has cancelled, both
 * orders having been asked.
 *
 * @returns undefined where fewer than three comparisons differ in length or all differ alike.
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

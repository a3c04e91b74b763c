import { InvalidRequestError } from '../../../errors.ts'
import type { Interval } from '../statistics/quantile.ts'

/** The mean of values that arrive one by one, with an interval that may be looked at after each of them. */
export type ConfidenceSequence = {
  /** @throws `InvalidRequestError` (`value-outside-range`) if the value is not in the range. */
  add(value: number): void
  /** The interval now: it holds the mean at all times together with the probability 1 − `errorRate`. Within the range. */
  interval(): Interval
  /** Mean of the values so far; null before the first. */
  mean(): number | null
  /** Six numbers, from which `createConfidenceSequence` continues. */
  state(): SequenceState
}

export type SequenceState = {
  readonly count: number
  /** Of the values scaled to 0 … 1: their sum, and that of their squared distances from the mean so far. */
  readonly sum: number
  readonly squares: number
  /** Σ λ, Σ λx and Σ (x − mean before)² ψ(λ). */
  readonly weight: number
  readonly weighted: number
  readonly penalty: number
}

export type SequenceOptions = {
  /** The least and the greatest value that can occur. A wide range costs precision while values are few. */
  readonly range: Interval
  /** Probability that the interval ever misses the mean: half of it above, half below. */
  readonly errorRate: number
  /** Number of values at which the interval is to be narrowest for its width. Any number keeps the error rate. */
  readonly planned: number
}

/** λ stays below 1, where ψ is infinite. The paper proposes ½ or ¾. */
const mostLambda = 0.75

/**
 * The predictable plug-in empirical Bernstein confidence sequence: Waudby-Smith and Ramdas, Estimating means of bounded
 * random variables by betting, Journal of the Royal Statistical Society B 86 (2024), theorem 2. With x scaled to 0 … 1, m the mean of
 * the values before and ψ(λ) = −ln(1 − λ) − λ,
 *
 * > Σ λx / Σ λ ± (ln(2/α) + Σ (x − m)² ψ(λ)) / Σ λ.
 *
 * It holds if each value's expectation, given those before, is the mean; the values need not be independent. m and the variance s² in λ
 * count one more value, of mean ½ and variance ¼, as the authors' package confseq does.
 *
 * *Deviation*: λ = √(2 ln(2/α) / (s² max(planned, t))), at most ¾, in place of t ln(1 + t): that is narrower up to some
 * ten times the planned number (docs/evidence.md), and any λ that depends on the values before it keeps the error rate.
 *
 * @throws `InvalidRequestError` (`invalid-sequence`) if the options are out of range.
 */
export function createConfidenceSequence(
  options: SequenceOptions,
  state?: SequenceState,
): ConfidenceSequence {
  checkOptions(options)
  const {
    range: [least, greatest],
    errorRate,
    planned,
  } = options
  const logInverse = Math.log(2 / errorRate)
  let { count, sum, squares, weight, weighted, penalty } = state ?? emptyState

  return {
    add(value) {
      if (!(value >= least && value <= greatest))
        throw new InvalidRequestError(
          'value-outside-range',
          `The value ${value} is outside the range ${least} to ${greatest} that its test was set up for.`,
        )
      const x = (value - least) / (greatest - least)
      const before = (0.5 + sum) / (1 + count)
      const variance = (0.25 + squares) / (1 + count)
      count++
      const lambda = Math.min(mostLambda, Math.sqrt((2 * logInverse) / (variance * Math.max(planned, count))))
      weight += lambda
      weighted += lambda * x
      penalty += (x - before) ** 2 * (-Math.log1p(-lambda) - lambda)
      sum += x
      squares += (x - (0.5 + sum) / (1 + count)) ** 2
    },
    interval() {
      if (count === 0) return [least, greatest]
      const half = (logInverse + penalty) / weight
      const toRange = (x: number) => least + (greatest - least) * Math.min(1, Math.max(0, x))
      return [toRange(weighted / weight - half), toRange(weighted / weight + half)]
    },
    mean: () => (count === 0 ? null : least + ((greatest - least) * sum) / count),
    state: () => ({ count, sum, squares, weight, weighted, penalty }),
  }
}

const emptyState: SequenceState = { count: 0, sum: 0, squares: 0, weight: 0, weighted: 0, penalty: 0 }

function checkOptions({ range: [least, greatest], errorRate, planned }: SequenceOptions): void {
  const fault = !(least < greatest && Number.isFinite(greatest - least))
    ? `its range is ${least} to ${greatest}, which must be two numbers, the lower one first`
    : !(errorRate > 0 && errorRate < 1)
      ? `its error rate is ${errorRate}, which must be between 0 and 1`
      : !(planned >= 1)
        ? `it is planned for ${planned} values, which must be at least 1`
        : null
  if (fault !== null)
    throw new InvalidRequestError('invalid-sequence', `The sequential test cannot be set up: ${fault}.`)
}

import {
  checkLoggedChoice,
  checkTargetChoice,
  type LoggedChoice,
  type TargetPolicy,
} from './logged-choice.ts'

/** What the target policy would have chosen, row by row, and how far the log supports it. */
export type ImportanceWeights = {
  /** π(model | row) / b(model | row) of the model that answered: [rows]. */
  readonly weights: Float64Array
  /** The target's probabilities: [rows]. */
  readonly targets: readonly Readonly<Record<string, number>>[]
  /** The number of each row's session, from 0: [rows]. */
  readonly sessionOf: Uint32Array
  readonly sessions: number
  /** Requests that the target gives to each model, as a fraction of all. */
  readonly shares: Readonly<Record<string, number>>
  /** Probability that the target gives to models that could not have been logged, summed over the rows, by model. */
  readonly unsupported: Readonly<Record<string, number>>
  readonly effective: EffectiveNumbers
}

export type EffectiveNumbers = {
  /** (Σ w)² / Σ w² (Kish): as many requests chosen by the target itself would vary as much. */
  readonly requests: number
  /** The same of the sessions' sums of weights. */
  readonly sessions: number
  /**
   * What `sessions` is expected to be by the propensities alone, (Σ n_s)² / Σ_s n_s² E[w²]. It also counts the large weights
   * of rare choices that this log happens not to contain, so estimates are refused by it. E[w²] of a session is that of its requests on average.
   */
  readonly expectedSessions: number
  /** Mean of the weights over the requests. Its expectation is 1. */
  readonly meanWeight: number
  /** Its standard error by the propensities alone: √(Σ_s n_s² (E[w²] − 1)) / n, as if the weights of a session were equal. */
  readonly meanWeightError: number
}

/** @yields after every thousandth row. @throws as `checkLoggedChoice` and `checkTargetChoice`. */
export function* weighRows<Row extends LoggedChoice>(
  rows: readonly Row[],
  target: TargetPolicy<Row>,
): Generator<void, ImportanceWeights> {
  const weights = new Float64Array(rows.length)
  const targets: Readonly<Record<string, number>>[] = []
  const sessionOf = new Uint32Array(rows.length)
  const numbers = new Map<string, number>()
  let sessions = 0
  const shares = new Map<string, number>()
  const unsupported = new Map<string, number>()
  const secondMoments = new Float64Array(rows.length)
  for (const [index, row] of rows.entries()) {
    checkLoggedChoice(row, index)
    const wanted = target(row)
    checkTargetChoice(wanted, index)
    targets.push(wanted)
    weights[index] = (wanted[row.model] ?? 0) / row.propensities[row.model]!
    for (const model in wanted) {
      const probability = wanted[model]!
      if (probability === 0) continue
      add(shares, model, probability / rows.length)
      const logged = row.propensities[model] ?? 0
      if (logged === 0) add(unsupported, model, probability)
      else secondMoments[index]! += (probability * probability) / logged
    }
    const known = row.session === null ? undefined : numbers.get(row.session)
    sessionOf[index] = known ?? sessions
    if (known === undefined) {
      if (row.session !== null) numbers.set(row.session, sessions)
      sessions++
    }
    if (index % 1000 === 999) yield
  }
  return {
    weights,
    targets,
    sessionOf,
    sessions,
    shares: Object.fromEntries(shares),
    unsupported: Object.fromEntries(unsupported),
    effective: effectiveNumbers(weights, secondMoments, sessionOf, sessions),
  }
}

function effectiveNumbers(
  weights: Float64Array,
  secondMoments: Float64Array,
  sessionOf: Uint32Array,
  sessions: number,
): EffectiveNumbers {
  const sums = new Float64Array(sessions)
  const sizes = new Float64Array(sessions)
  const moments = new Float64Array(sessions)
  let [total, squares] = [0, 0]
  for (const [index, weight] of weights.entries()) {
    total += weight
    squares += weight * weight
    const session = sessionOf[index]!
    sums[session]! += weight
    sizes[session]!++
    moments[session]! += secondMoments[index]!
  }
  let [squaredSums, expectedSquares, squaredSizes] = [0, 0, 0]
  for (const [session, sum] of sums.entries()) {
    squaredSums += sum * sum
    expectedSquares += sizes[session]! * moments[session]!
    squaredSizes += sizes[session]! ** 2
  }
  return {
    requests: squares === 0 ? 0 : (total * total) / squares,
    sessions: squaredSums === 0 ? 0 : (total * total) / squaredSums,
    expectedSessions: expectedSquares === 0 ? 0 : (weights.length * weights.length) / expectedSquares,
    meanWeight: weights.length === 0 ? 0 : total / weights.length,
    meanWeightError: Math.sqrt(Math.max(0, expectedSquares - squaredSizes)) / Math.max(1, weights.length),
  }
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount)
}

import {
  type InfluenceInterval,
  influenceInterval,
} from '../../../base/math/statistics/influence-interval.ts'
import type { ImportanceWeights } from './importance-weights.ts'
import type { LoggedChoice } from './logged-choice.ts'

/** A mean per request under the target policy. */
export type ValueEstimate = InfluenceInterval & {
  readonly value: number
  /** `value` less the mean of the log itself, with an interval of its own: both have the same requests. */
  readonly change: InfluenceInterval & { readonly value: number }
}

export type ValueEstimates = {
  /** The mean of the log, of all requests; of labelled ones by 1 / `labelProbability`. */
  readonly logged: number
  /** Inverse propensity scoring (Horvitz and Thompson 1952): (1/n) Σ w r. Unbiased; varies most. */
  readonly ips: ValueEstimate
  /** Self-normalised (Hájek): Σ w r / Σ w. A bias of the order 1/n. */
  readonly selfNormalized: ValueEstimate
  /** Doubly robust (Dudík, Langford and Li, ICML 2011): (1/n) Σ [Σ_a π(a) r̂(a) + w (r − r̂)]. Unbiased; usually varies least. */
  readonly doublyRobust: ValueEstimate
  /** Rows whose outcome is known. */
  readonly observed: number
}

/** An outcome of the rows: quality, or dollars. */
export type Outcome<Row> = {
  /** Null: not observed. */
  readonly of: (row: Row) => number | null
  /** Probability, above 0, that it was to be observed. */
  readonly observedWith: (row: Row) => number
  readonly expected: (row: Row, model: string, index: number) => number
}

/**
 * The three estimates with their intervals. The units are sessions, of which each has the sum of its requests' terms; a
 * session's influence on Σ x / Σ y is (x_s − V y_s) / Σ y.
 */
export function estimateValue<Row extends LoggedChoice>(
  rows: readonly Row[],
  { weights, targets, sessionOf, sessions }: ImportanceWeights,
  outcome: Outcome<Row>,
  confidence: number,
): ValueEstimates {
  const column = () => new Float64Array(sessions)
  const [requests, logged, weighted, weightSums, robust] = [column(), column(), column(), column(), column()]
  let observed = 0
  for (const [index, row] of rows.entries()) {
    const session = sessionOf[index]!
    requests[session]!++
    const target = targets[index]!
    for (const model in target)
      if (target[model]! > 0) robust[session]! += target[model]! * outcome.expected(row, model, index)
    const value = outcome.of(row)
    if (value === null) continue
    observed++
    const count = 1 / outcome.observedWith(row)
    const weight = count * weights[index]!
    logged[session]! += count * value
    weighted[session]! += weight * value
    weightSums[session]! += weight
    if (weight > 0) robust[session]! += weight * (value - outcome.expected(row, row.model, index))
  }
  const inService = ratioOf(logged, requests)
  const estimate = (ratio: Ratio): ValueEstimate => ({
    value: ratio.value,
    ...influenceInterval(ratio.value, ratio.influences, confidence),
    change: changeFrom(inService, ratio, confidence),
  })
  return {
    logged: inService.value,
    ips: estimate(ratioOf(weighted, requests)),
    selfNormalized: estimate(ratioOf(weighted, weightSums)),
    doublyRobust: estimate(ratioOf(robust, requests)),
    observed,
  }
}

type Ratio = { readonly value: number; readonly influences: Float64Array }

function ratioOf(numerators: Float64Array, denominators: Float64Array): Ratio {
  const denominator = sum(denominators)
  const value = sum(numerators) / denominator
  return {
    value,
    influences: numerators.map((each, session) => (each - value * denominators[session]!) / denominator),
  }
}

function changeFrom(logged: Ratio, target: Ratio, confidence: number): ValueEstimate['change'] {
  const value = target.value - logged.value
  const influences = target.influences.map((influence, session) => influence - logged.influences[session]!)
  return { value, ...influenceInterval(value, influences, confidence) }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

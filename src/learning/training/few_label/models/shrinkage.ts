/** How left-out predictions and what happened go together, as weighted sums of centred values over `count` pairs of them. */
export type Agreement = {
  readonly product: number
  readonly ofPredictions: number
  readonly ofTarget: number
  readonly count: number
}

/** Where the target is NaN nothing is known. @param predictions of fits without the row. */
export function agreementOf(
  target: Float64Array,
  predictions: Float64Array,
  weights: Float64Array,
): Agreement {
  const rows = [...target.keys()].filter((row) => !Number.isNaN(target[row]!))
  const [mean, centre] = [weightedMean(target, rows, weights), weightedMean(predictions, rows, weights)]
  let [product, ofPredictions, ofTarget] = [0, 0, 0]
  for (const row of rows) {
    const [x, y, weight] = [predictions[row]! - centre, target[row]! - mean, weights[row]!]
    product += weight * x * y
    ofPredictions += weight * x * x
    ofTarget += weight * y * y
  }
  return { product, ofPredictions, ofTarget, count: rows.length }
}

export function addAgreements(all: readonly Agreement[]): Agreement {
  const sum = (of: (each: Agreement) => number) => all.reduce((total, each) => total + of(each), 0)
  return {
    product: sum(({ product }) => product),
    ofPredictions: sum(({ ofPredictions }) => ofPredictions),
    ofTarget: sum(({ ofTarget }) => ofTarget),
    count: sum(({ count }) => count),
  }
}

/**
 * The share of predictions that their agreement with the target supports, 0 for nothing. With b the slope of the target on the
 * predictions, and t = b / its standard error: b · (1 − 1/t²) if b > 0 and t > 1, else 0 (the positive part of James and Stein 1961,
 * for one coefficient). Above 1 if the predictions vary too little.
 */
export function keptShare({ product, ofPredictions, ofTarget, count }: Agreement): number {
  if (!(product > 0)) return 0
  const slope = product / ofPredictions
  const unexplained = ofTarget - slope * product
  const squaredT = (slope * product * count) / Math.max(unexplained, Number.MIN_VALUE)
  return slope * Math.max(0, 1 - 1 / squaredT)
}

/** Of some rows. */
export function weightedMean(values: Float64Array, rows: readonly number[], weights: Float64Array): number {
  let [sum, total] = [0, 0]
  for (const row of rows) {
    sum += weights[row]! * values[row]!
    total += weights[row]!
  }
  return total === 0 ? 0 : sum / total
}

import { dot } from '../../src/base/math/linear/vectors.ts'

export type LogisticProblem = {
  /** Vectors of one length. */
  readonly vectors: readonly Float32Array[]
  /** 0 or 1 for each. */
  readonly labels: readonly number[]
  /** The penalty: l2/2 · Σ (w_j · the spread of column j)². */
  readonly l2: number
}

/** Steps of L-BFGS at most, and how many of the last it remembers. */
const maxSteps = 120
const memory = 8
/** Relative progress of the loss below which it stops. */
const tolerance = 1e-6

/**
 * The weights w of a logistic regression without a constant: P(1) = σ(w·x).
 *
 * A column has the spread s_j and the mean m_j. Vectors of encoders have a large mean, so that a direction takes the place
 * of the constant. With z = (x − m)/s, μ = m/s and b = w·s, the log-odds are b·z + b·μ. The part of b along μ is fitted as
 * one coordinate of its own, so that the steps converge as fast as those with a constant.
 */
export function fitLogistic({ vectors, labels, l2 }: LogisticProblem): Float64Array {
  const size = vectors[0]?.length ?? 0
  const { means, spreads } = columnsOf(vectors, size)
  const slant = means.map((mean, column) => mean / spreads[column]!)
  const length = dot(slant, slant)
  // Row by row: z without its part along μ, then 1 + z·μ/|μ|².
  const width = size + 1
  const rows = new Float32Array(vectors.length * width)
  for (const [index, vector] of vectors.entries()) {
    const row = rows.subarray(index * width, (index + 1) * width)
    for (let column = 0; column < size; column++)
      row[column] = (vector[column]! - means[column]!) / spreads[column]!
    const along = dot(slant, row) / length
    for (let column = 0; column < size; column++) row[column]! -= along * slant[column]!
    row[size] = 1 + along
  }
  const penalties = new Float64Array(width).fill(l2)
  penalties[size] = l2 / length
  const found = minimise(width, (point, gradient) => lossOf(rows, labels, penalties, point, gradient))
  return Float64Array.from(
    spreads,
    (spread, column) => (found[column]! + (found[size]! * slant[column]!) / length) / spread,
  )
}

function columnsOf(vectors: readonly Float32Array[], size: number) {
  const means = new Float64Array(size)
  for (const vector of vectors)
    for (let column = 0; column < size; column++) means[column]! += vector[column]! / vectors.length
  const variances = new Float64Array(size)
  for (const vector of vectors)
    for (let column = 0; column < size; column++)
      variances[column]! += (vector[column]! - means[column]!) ** 2 / vectors.length
  return { means, spreads: variances.map((variance) => Math.sqrt(variance) || 1) }
}

/** The penalised negative log-likelihood; its derivatives are written into `gradient`. */
function lossOf(
  rows: Float32Array,
  labels: readonly number[],
  penalties: Float64Array,
  point: Float64Array,
  gradient: Float64Array,
): number {
  const width = point.length
  let loss = 0
  for (let column = 0; column < width; column++) {
    gradient[column] = penalties[column]! * point[column]!
    loss += 0.5 * gradient[column]! * point[column]!
  }
  for (const [index, label] of labels.entries()) {
    const row = rows.subarray(index * width, (index + 1) * width)
    const logOdds = dot(point, row)
    loss += Math.log1p(Math.exp(-Math.abs(logOdds))) + Math.max(logOdds, 0) - label * logOdds
    const error = 1 / (1 + Math.exp(-logOdds)) - label
    for (let column = 0; column < width; column++) gradient[column]! += error * row[column]!
  }
  return loss
}

/** The smallest point of a convex function from 0 on, by L-BFGS (Nocedal and Wright, algorithm 7.4). */
function minimise(
  width: number,
  lossAt: (point: Float64Array, gradient: Float64Array) => number,
): Float64Array {
  let point = new Float64Array(width)
  let gradient = new Float64Array(width)
  let loss = lossAt(point, gradient)
  const history: { moved: Float64Array; turned: Float64Array; product: number }[] = []
  for (let step = 0; step < maxSteps; step++) {
    const direction = descent(gradient, history)
    const slope = dot(gradient, direction)
    const next = new Float64Array(width)
    const nextGradient = new Float64Array(width)
    let nextLoss = Number.POSITIVE_INFINITY
    for (let length = 1; length > 1e-6; length /= 2) {
      for (let column = 0; column < width; column++)
        next[column] = point[column]! - length * direction[column]!
      nextLoss = lossAt(next, nextGradient)
      if (nextLoss <= loss - 1e-4 * length * slope) break
    }
    if (!(nextLoss < loss)) break
    const moved = next.map((value, column) => value - point[column]!)
    const turned = nextGradient.map((value, column) => value - gradient[column]!)
    const product = dot(moved, turned)
    if (product > 1e-12) history.push({ moved, turned, product })
    if (history.length > memory) history.shift()
    const isDone = loss - nextLoss < tolerance * Math.abs(nextLoss)
    point = next
    gradient = nextGradient
    loss = nextLoss
    if (isDone) break
  }
  return point
}

function descent(
  gradient: Float64Array,
  history: readonly { moved: Float64Array; turned: Float64Array; product: number }[],
): Float64Array {
  const direction = gradient.slice()
  const shares = history.map(() => 0)
  for (let index = history.length - 1; index >= 0; index--) {
    const { moved, turned, product } = history[index]!
    const share = dot(moved, direction) / product
    shares[index] = share
    for (let column = 0; column < direction.length; column++) direction[column]! -= share * turned[column]!
  }
  const last = history.at(-1)
  const scale =
    last === undefined ? 1 / Math.sqrt(dot(gradient, gradient)) : last.product / dot(last.turned, last.turned)
  for (let column = 0; column < direction.length; column++) direction[column]! *= scale
  for (const [index, { moved, turned, product }] of history.entries()) {
    const share = shares[index]! - dot(turned, direction) / product
    for (let column = 0; column < direction.length; column++) direction[column]! += share * moved[column]!
  }
  return direction
}

/** The factor f that makes σ(f · score) fit the labels best. */
export function fitSlope(scores: readonly number[], labels: readonly number[]): number {
  let slope = 0
  for (let step = 0; step < 50; step++) {
    let [first, second] = [0, 1e-12]
    for (const [index, score] of scores.entries()) {
      const chance = 1 / (1 + Math.exp(-slope * score))
      first += (labels[index]! - chance) * score
      second += chance * (1 - chance) * score * score
    }
    slope += first / second
  }
  return slope
}

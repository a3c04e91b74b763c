import { runAtOnce } from '../../base/concurrency/run-steps.ts'
import { sigmoid } from '../../base/math/sigmoid.ts'
import { checkLabelledScores } from './labelled-scores.ts'

/** Log-odds = slope · score + offset. */
export type PlattScaling = { readonly slope: number; readonly offset: number }

/** σ(slope · score + offset). */
export function plattProbability({ slope, offset }: PlattScaling, score: number): number {
  return sigmoid(slope * score + offset)
}

const iterations = 50

/**
 * Logistic regression of labels on one score, by Newton's method (Platt 1999): makes a score a probability.
 * The score is standardised inside, so its scale does not matter; a weak penalty keeps separable labels finite.
 *
 * @param labels 0 or 1, or shares between. @param weights one per row; default: 1 each; only their ratios matter.
 *
 * Throws `InvalidRequestError` `labelled-scores`.
 */
export function fitPlatt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number> = new Float64Array(scores.length).fill(1),
): PlattScaling {
  return runAtOnce(fitPlattInSteps(scores, labels, weights))
}

/** As `fitPlatt`, in steps of one iteration. */
export function* fitPlattInSteps(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): Generator<void, PlattScaling> {
  checkLabelledScores(scores, labels, weights)
  const { mean, deviation, total } = weightedMoments(scores, weights)
  const penalty = 1e-6 * total
  let slope = 0
  let offset = 0
  for (let iteration = 0; iteration < iterations; iteration++) {
    let gradientSlope = -penalty * slope
    let gradientOffset = -penalty * offset
    let curveSlope = penalty
    let curveBoth = 0
    let curveOffset = penalty
    for (let row = 0; row < scores.length; row++) {
      const z = (scores[row]! - mean) / deviation
      const probability = sigmoid(slope * z + offset)
      const residual = weights[row]! * (labels[row]! - probability)
      const curve = weights[row]! * probability * (1 - probability)
      gradientSlope += residual * z
      gradientOffset += residual
      curveSlope += curve * z * z
      curveBoth += curve * z
      curveOffset += curve
    }
    const determinant = curveSlope * curveOffset - curveBoth * curveBoth
    slope += (curveOffset * gradientSlope - curveBoth * gradientOffset) / determinant
    offset += (curveSlope * gradientOffset - curveBoth * gradientSlope) / determinant
    yield
  }
  return { slope: slope / deviation, offset: offset - (slope * mean) / deviation }
}

function weightedMoments(scores: ArrayLike<number>, weights: ArrayLike<number>) {
  let total = 0
  let sum = 0
  for (let row = 0; row < scores.length; row++) {
    total += weights[row]!
    sum += weights[row]! * scores[row]!
  }
  const mean = sum / total
  let squares = 0
  for (let row = 0; row < scores.length; row++) squares += weights[row]! * (scores[row]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / total) || 1, total }
}

/**
 * The offset that makes the weighted mean probability equal to the weighted share of labels at a given slope, by
 * Newton's method.
 *
 * @yields after each iteration.
 */
export function* fitOffset(
  slope: number,
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  weights: ArrayLike<number>,
): Generator<void, number> {
  const { mean } = weightedMoments(scores, weights)
  let offset = -slope * mean
  for (let iteration = 0; iteration < iterations; iteration++) {
    let gradient = 0
    let curve = 1e-12
    for (let row = 0; row < scores.length; row++) {
      const probability = sigmoid(slope * scores[row]! + offset)
      gradient += weights[row]! * (labels[row]! - probability)
      curve += weights[row]! * probability * (1 - probability)
    }
    offset += Math.max(-2, Math.min(2, gradient / curve))
    yield
  }
  return offset
}

import { sigmoid } from '../sigmoid.ts'

/** P(y = 1) = σ(intercept + slope · x). */
export type LogisticLine = {
  readonly intercept: number
  readonly slope: number
  /** Inverse of the information matrix at the fit: variances and covariance of the two. */
  readonly interceptVariance: number
  readonly slopeVariance: number
}

/**
 * Weight of the prior, in observations: it acts as one more observation, half 1 and half 0, spread evenly over the xs.
 * It keeps the fit finite if a line separates 1 from 0 (Clogg et al. 1991), and shrinks it slightly towards ½.
 */
const priorObservations = 2

const maximumIterations = 100

/** Below this share of the product of the diagonal, the determinant of the information is rounding. */
const smallestDeterminant = 1e-10

/**
 * Logistic regression with one variable, by Newton's method on the log-likelihood
 * Σ y·ln σ(a + b·x) + (1 − y)·ln(1 − σ(a + b·x)) plus the prior above.
 *
 * The variances are those of outcomes that are 0 or 1; a y in between (a tie, ½) varies less, and they are then
 * larger than they had to be.
 *
 * @param ys in [0, 1], one per x.
 * @returns undefined if there are fewer than three observations or all xs are equal, or so close beside their size that
 * their differences are rounding: they determine no line.
 */
export function fitLogisticLine(xs: readonly number[], ys: readonly number[]): LogisticLine | undefined {
  if (xs.length < 3 || xs.every((x) => x === xs[0])) return undefined
  const extra = priorObservations / xs.length
  let intercept = 0
  let slope = 0
  for (let iteration = 0; ; iteration++) {
    let [gradientA, gradientB, aa, ab, bb] = [0, 0, 0, 0, 0]
    for (const [index, x] of xs.entries()) {
      const expected = sigmoid(intercept + slope * x)
      const residual = (ys[index] ?? 0) + extra / 2 - (1 + extra) * expected
      const information = (1 + extra) * expected * (1 - expected)
      gradientA += residual
      gradientB += residual * x
      aa += information
      ab += information * x
      bb += information * x * x
    }
    const determinant = aa * bb - ab * ab
    if (!(determinant > smallestDeterminant * aa * bb)) return undefined
    const stepA = (bb * gradientA - ab * gradientB) / determinant
    const stepB = (aa * gradientB - ab * gradientA) / determinant
    const isDone = Math.max(Math.abs(stepA), Math.abs(stepB)) < 1e-9
    if (isDone || iteration === maximumIterations)
      return { intercept, slope, interceptVariance: bb / determinant, slopeVariance: aa / determinant }
    // Far from the fit a full step can overshoot.
    const shortened = Math.min(1, 2 / Math.max(Math.abs(stepA), Math.abs(stepB)))
    intercept += shortened * stepA
    slope += shortened * stepB
  }
}

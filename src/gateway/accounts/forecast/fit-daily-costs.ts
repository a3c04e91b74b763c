import { runAtOnce } from '../../../base/concurrency/run-steps.ts'
import {
  type Cholesky,
  factorCholesky,
  invertCholesky,
  solveCholesky,
} from '../../../base/math/linear/cholesky.ts'

/**
 * Daily dollars y₁ … yₙ under one ratio q of drift and noise:
 *
 * ```
 * yₜ = a + b·(t − n) + w(t mod 7) + lₜ + uₜ      w sums to 0 over a week
 * lₜ = lₜ₋₁ + dₜ,  l₀ = 0                         u, d independent with variances σ² and q·σ²
 * ```
 *
 * a and w have flat priors, and b a normal one around 0. Then y has the covariance σ²·V with V = I + q·min(s, t), and the
 * posterior of the coefficients is that of generalised least squares.
 */
export type DailyFit = {
  /** Of a, b and the six weekdays beside the seventh. */
  readonly coefficients: Float64Array
  /** Their covariance without σ²: [8, 8] by rows. */
  readonly covariance: Float64Array
  /** lₙ, as far as it is known. */
  readonly level: number
  /** What an error of each coefficient does to `level`. */
  readonly levelByCoefficient: Float64Array
  /** The variance of lₙ without σ². */
  readonly levelVariance: number
  readonly variance: number
  /** The logarithm of the restricted likelihood, without a constant. */
  readonly logLikelihood: number
}

export const parameterCount = 8

/**
 * @param usd of at least 14 days, the oldest first, not all alike.
 * @param slopeDeviation of the prior of b, in dollars a day.
 */
export function fitDailyCosts(usd: readonly number[], drift: number, slopeDeviation: number): DailyFit {
  const count = usd.length
  const factors = factorCovariance(count, drift)
  const rows = usd.map((_, day) => describeDay(day + 1 - count))
  const columns = Array.from({ length: parameterCount }, (_, index) => rows.map((row) => row[index]!))
  const weighted = columns.map((column) => solveCholesky(factors, column))
  const weightedUsd = solveCholesky(factors, usd)
  const products = new Float64Array(parameterCount ** 2)
  for (let one = 0; one < parameterCount; one++)
    for (let other = 0; other < parameterCount; other++)
      products[one * parameterCount + other] = dot(columns[one]!, weighted[other]!)
  const right = columns.map((column) => dot(column, weightedUsd))

  const free = solve(products, right)
  const degrees = count - parameterCount
  const residuals = usd.map((value, day) => value - dot(rows[day]!, free.coefficients))
  const squares = dot(residuals, solveCholesky(factors, residuals))
  const variance = Math.max(squares / degrees, Number.MIN_VALUE)
  products[parameterCount + 1]! += variance / slopeDeviation ** 2
  const { coefficients, covariance } = solve(products, right)

  // Of lₙ with y₁ … yₙ.
  const joint = Array.from(usd, (_, day) => drift * (day + 1))
  const weightedJoint = solveCholesky(factors, joint)
  return {
    coefficients,
    covariance,
    level: dot(
      weightedJoint,
      usd.map((value, day) => value - dot(rows[day]!, coefficients)),
    ),
    levelByCoefficient: Float64Array.from(columns, (column) => dot(weightedJoint, column)),
    levelVariance: drift * count - dot(joint, weightedJoint),
    variance,
    logLikelihood: -(findLogDeterminant(factors) + free.logDeterminant + degrees * Math.log(variance)) / 2,
  }
}

/** The regressors of a day. @param ahead of the last day that is known; 0 is that day. */
export function describeDay(ahead: number): readonly number[] {
  const weekday = ((ahead % 7) + 7) % 7
  const weekdays = Array.from({ length: 6 }, (_, index) => (weekday === 6 ? -1 : weekday === index ? 1 : 0))
  return [1, ahead, ...weekdays]
}

export function dot(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < one.length; index++) sum += one[index]! * other[index]!
  return sum
}

function factorCovariance(count: number, drift: number): Cholesky {
  const matrix = new Float64Array(count * count)
  for (let one = 0; one < count; one++)
    for (let other = 0; other < count; other++)
      matrix[one * count + other] = drift * (Math.min(one, other) + 1) + (one === other ? 1 : 0)
  return runAtOnce(factorCholesky(matrix, count))!
}

function solve(products: Float64Array, right: readonly number[]) {
  // Two weeks have every weekday twice, so the matrix is positive definite.
  const factors = runAtOnce(factorCholesky(Float64Array.from(products), parameterCount))!
  return {
    coefficients: solveCholesky(factors, right),
    covariance: invertCholesky(factors),
    logDeterminant: findLogDeterminant(factors),
  }
}

function findLogDeterminant({ size, lower }: Cholesky): number {
  let sum = 0
  for (let index = 0; index < size; index++) sum += 2 * Math.log(lower[index * size + index]!)
  return sum
}

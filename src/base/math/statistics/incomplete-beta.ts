import { InvalidRequestError } from '../../../errors.ts'
import { binomialDensity } from './binomial-density.ts'

/**
 * The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at most x. It is
 * also P(Binomial(n, x) ≥ k) = I_x(k, n − k + 1).
 *
 * x^a (1 − x)^b / (a B(a, b)) times a continued fraction (Abramowitz and Stegun 26.5.8, by Lentz's method), mirrored
 * if that converges faster.
 *
 * @param x in [0, 1]. @param a above 0. @param b above 0. Throws `InvalidRequestError` (`beta-range`) otherwise.
 */
export function regularizedIncompleteBeta(x: number, a: number, b: number): number {
  checkRange(x, a, b)
  if (x === 0 || x === 1) return x
  return x <= (a + 1) / (a + b + 2)
    ? (betaPower(x, a, b) / a) * continuedFraction(x, a, b)
    : 1 - (betaPower(x, a, b) / b) * continuedFraction(1 - x, b, a)
}

/**
 * The x with I_x(a, b) = probability: Newton's method, kept inside a bracket that halves if a step would leave it.
 *
 * @param probability in [0, 1]. Throws `InvalidRequestError` (`beta-range`) as `regularizedIncompleteBeta` does.
 * @param start in (0, 1), near the result.
 */
export function betaQuantile(probability: number, a: number, b: number, start = a / (a + b)): number {
  checkRange(probability, a, b)
  if (probability === 0 || probability === 1) return probability
  let low = 0
  let high = 1
  let x = start
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const excess = regularizedIncompleteBeta(x, a, b) - probability
    if (excess === 0) return x
    if (excess > 0) high = x
    else low = x
    const newton = x - (excess * x * (1 - x)) / betaPower(x, a, b)
    const isWithin = newton > low && newton < high
    const next = isWithin ? newton : (low + high) / 2
    const step = Math.abs(next - x)
    // The error after a step of Newton's is about the square of the step: a further one would change the last digit at most.
    if (step <= 1e-16 * x || (isWithin && step <= 1e-10 * Math.min(x, 1 - x))) return next
    x = next
  }
  return x
}

// A bracket needs at most so many halvings to reach the smallest double.
const mostIterations = 1100

/** x^a (1 − x)^b / B(a, b): the density of Beta(a, b) times x (1 − x). */
function betaPower(x: number, a: number, b: number): number {
  return ((a * b) / (a + b)) * binomialDensity(a, a + b, x)
}

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  // It converges in about √max(a, b) steps.
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) < 4e-16) break
  }
  return value
}

function nonZero(divisor: number): number {
  return Math.abs(divisor) < 1e-300 ? 1e-300 : divisor
}

function checkRange(x: number, a: number, b: number): void {
  if (x >= 0 && x <= 1 && a > 0 && b > 0 && Number.isFinite(a + b)) return
  throw new InvalidRequestError(
    'beta-range',
    `The beta distribution has values and probabilities from 0 to 1 and finite parameters above 0; got ${x} with the parameters ${a} and ${b}.`,
  )
}

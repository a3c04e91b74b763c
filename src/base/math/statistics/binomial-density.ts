/**
 * The density of the binomial distribution, C(n, k) p^k (1 − p)^(n − k), for real k too (Γ in place of factorials).
 * Without cancellation, to about 14 digits also for n of millions: Loader, Fast and Accurate Computation of Binomial
 * Probabilities (2000).
 *
 * @param k in [0, n]. @param p in [0, 1].
 */
export function binomialDensity(k: number, n: number, p: number): number {
  if (p === 0) return k === 0 ? 1 : 0
  if (p === 1) return k === n ? 1 : 0
  if (k === 0) return Math.exp(n * Math.log1p(-p))
  if (k === n) return Math.exp(n * Math.log(p))
  const rest = n - k
  const exponent =
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(rest) -
    deviance(k, n * p) -
    deviance(rest, n * (1 - p))
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * rest))
}

/** ln Γ(z + 1) − ((z + ½) ln z − z + ½ ln 2π): the error of Stirling's formula. */
function stirlingError(z: number): number {
  // Below 16 the series is not exact enough; δ(z) = δ(z + 1) + (z + ½) ln(1 + 1/z) − 1 steps up to there.
  let sum = 0
  let at = z
  for (; at < 16; at++) sum += (at + 0.5) * Math.log1p(1 / at) - 1
  const square = 1 / (at * at)
  return sum + (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - square / 1188) * square) * square) * square) / at
}

/** observed · ln(observed / expected) + expected − observed, without cancellation if the two are close. */
function deviance(observed: number, expected: number): number {
  const difference = observed - expected
  if (Math.abs(difference) >= 0.1 * (observed + expected))
    return observed * Math.log(observed / expected) - difference
  const ratio = difference / (observed + expected)
  let sum = difference * ratio
  let term = 2 * observed * ratio
  for (let odd = 3; ; odd += 2) {
    term *= ratio * ratio
    const next = sum + term / odd
    if (next === sum) return sum
    sum = next
  }
}

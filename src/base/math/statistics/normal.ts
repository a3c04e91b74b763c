/**
 * P(Z ≤ z) of a standard normal Z, within 2e-7.
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26, for erf(z/√2).
 */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.327_591_1 * x)
  const polynomial =
    t *
    (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))))
  const tail = (polynomial * Math.exp(-x * x)) / 2
  return z < 0 ? tail : 1 - tail
}

/** The z with P(Z ≤ z) = probability, by bisection of `normalCdf`, within ± 5. */
export function normalQuantile(probability: number): number {
  let low = -5
  let high = 5
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}

import { betaQuantile } from './incomplete-beta.ts'
import { normalQuantile } from './normal.ts'

/**
 * The t with P(|T| ≤ t) = confidence, for Student's T with `degrees` of freedom: 12.7 for 1, 2.26 for 9, 1.96 for many.
 *
 * P(|T| > t) is the regularized incomplete beta function of degrees / (degrees + t²) at degrees / 2 and ½.
 *
 * @param confidence in (0, 1). @param degrees above 0, a fraction too.
 */
export function studentQuantile(confidence: number, degrees: number): number {
  const near = approximate(confidence, degrees)
  const x = betaQuantile(1 - confidence, degrees / 2, 0.5, degrees / (degrees + near * near))
  return Math.sqrt((degrees * (1 - x)) / x)
}

/** The first terms of Fisher and Cornish's expansion in 1/degrees (Abramowitz and Stegun 26.7.5). */
function approximate(confidence: number, degrees: number): number {
  const z = normalQuantile((1 + confidence) / 2)
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2)
}

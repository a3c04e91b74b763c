import { betaQuantile } from './incomplete-beta.ts'

/**
 * The t with P(|T| ≤ t) = confidence, for Student's T with `degrees` of freedom: 12.7 for 1, 2.26 for 9, 1.96 for many.
 *
 * P(|T| > t) is the regularized incomplete beta function of degrees / (degrees + t²) at degrees / 2 and ½.
 *
 * @param confidence in (0, 1). @param degrees above 0, a fraction too.
 */
export function studentQuantile(confidence: number, degrees: number): number {
  const x = betaQuantile(1 - confidence, degrees / 2, 0.5)
  return Math.sqrt((degrees * (1 - x)) / x)
}

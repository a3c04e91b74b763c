import { binomialDensity } from './binomial-density.ts'

/**
 * P(X ≤ most) if `drawn` of `population` are drawn without replacement and X of the `marked` ones are among them
 * (the hypergeometric distribution). Its density by Loader's quotient of three binomial ones, the terms beside it by
 * their ratio, away from the mean.
 *
 * Whole numbers, `marked` and `drawn` from 0 to `population`.
 */
export function hypergeometricTail(most: number, population: number, marked: number, drawn: number): number {
  const least = Math.max(0, marked + drawn - population)
  const greatest = Math.min(marked, drawn)
  if (most < least) return 0
  if (most >= greatest) return 1
  const neither = population - marked - drawn
  /** density(x) / density(x + 1) */
  const downwards = (x: number) => ((x + 1) * (neither + x + 1)) / ((marked - x) * (drawn - x))
  const isBelowMean = most * population <= marked * drawn
  let x = isBelowMean ? most : most + 1
  let term = density(x)
  let sum = term
  // The ratios fall away from the mean: the omitted terms are less than the last one.
  while (term > sum * 1e-17 && (isBelowMean ? x > least : x < greatest)) {
    term *= isBelowMean ? downwards(x - 1) : 1 / downwards(x)
    x += isBelowMean ? -1 : 1
    sum += term
  }
  return isBelowMean ? Math.min(1, sum) : Math.max(0, 1 - sum)

  function density(x: number): number {
    const share = drawn / population
    return (
      (binomialDensity(x, marked, share) * binomialDensity(drawn - x, population - marked, share)) /
      binomialDensity(drawn, population, share)
    )
  }
}

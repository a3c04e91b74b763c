import { expect, it } from 'vitest'
import { normalCdf, normalQuantile } from './normal.ts'

it.each([
  [0, 0.5],
  [1, 0.841_344_746],
  [-1, 0.158_655_254],
  [1.959_963_985, 0.975],
  [-3, 0.001_349_898],
  [Number.POSITIVE_INFINITY, 1],
  [Number.NEGATIVE_INFINITY, 0],
])('P(Z ≤ %d) is %d', (z, probability) => expect(normalCdf(z)).toBeCloseTo(probability, 6))

it.each([0.025, 0.5, 0.8, 0.999])('the quantile of %d has that probability below it', (probability) =>
  expect(normalCdf(normalQuantile(probability))).toBeCloseTo(probability, 8),
)

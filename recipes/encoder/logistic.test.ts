import { describe, expect, it } from 'vitest'
import { dot } from '../../src/base/math/linear/vectors.ts'
import { createRandom } from '../../src/base/math/random.ts'
import { fitLogistic, fitSlope } from './logistic.ts'

const random = createRandom(4)
/** Vectors around a mean that is far from 0, as encoders give them. */
const mean = Float64Array.from({ length: 12 }, () => 3 * random.nextGaussian())
const vectors = Array.from({ length: 600 }, () => Float32Array.from(mean, (m) => m + random.nextGaussian()))
/** At the mean both labels are equally likely. */
const draft = Float64Array.from({ length: 12 }, () => random.nextGaussian())
const truth = draft.map((value, column) => value - (dot(draft, mean) / dot(mean, mean)) * mean[column]!)
const labels: readonly number[] = vectors.map((vector) =>
  random.next() < 1 / (1 + Math.exp(-dot(truth, vector))) ? 1 : 0,
)

/** Σ (label − P(1)) x − l2 · s² w: 0 at the minimum. */
function derivativeOf(weights: Float64Array, l2: number): number[] {
  return [...weights.keys()].map((column) => {
    const values = vectors.map((vector) => vector[column]!)
    const average = values.reduce((sum, value) => sum + value) / values.length
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length
    const pull = vectors.reduce(
      (sum, vector, row) =>
        sum + (labels[row]! - 1 / (1 + Math.exp(-dot(weights, vector)))) * vector[column]!,
      0,
    )
    return pull - l2 * variance * weights[column]!
  })
}

describe('fitLogistic', () => {
  it.each([0.1, 10, 200])('with an L2 of %s ends where the derivative is 0', (l2) => {
    const weights = fitLogistic({ vectors, labels, l2 })
    for (const derivative of derivativeOf(weights, l2)) expect(Math.abs(derivative)).toBeLessThan(1)
    const elsewhere = derivativeOf(new Float64Array(12).fill(0.1), l2)
    expect(Math.max(...elsewhere.map(Math.abs))).toBeGreaterThan(20)
  })

  it('finds the direction, and the place of the boundary without a constant', () => {
    const weights = fitLogistic({ vectors, labels, l2: 0.1 })
    const cosine = dot(weights, truth) / Math.hypot(...weights) / Math.hypot(...truth)
    expect(cosine).toBeGreaterThan(0.9)
    const share = vectors.filter((vector) => dot(weights, vector) > 0).length / vectors.length
    const expected = labels.reduce((sum, label) => sum + label, 0) / labels.length
    expect(share).toBeCloseTo(expected, 1)
  })
})

it('fitSlope finds the factor by which scores are too large', () => {
  const scores = Array.from({ length: 4000 }, () => 4 * random.nextGaussian())
  const outcomes = scores.map((score) => (random.next() < 1 / (1 + Math.exp(-0.4 * score)) ? 1 : 0))
  expect(fitSlope(scores, outcomes)).toBeCloseTo(0.4, 1)
})

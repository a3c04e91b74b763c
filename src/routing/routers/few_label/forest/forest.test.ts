import { describe, expect, it } from 'vitest'
import { emptyForest, type Forest, forestEffects, forestPart, leaf, scaledForest } from './forest.ts'

/**
 * Two trees: x₀ ≤ ½ ? 1 : (x₁ ≤ 0 ? 2 : 4), the mean at the inner nodes being 2 and 3; and a leaf of 10.
 */
const forest: Forest = {
  roots: Int32Array.of(0, 5),
  features: Int32Array.of(0, leaf, 1, leaf, leaf, leaf),
  thresholds: Float32Array.of(0.5, 0, 0, 0, 0, 0),
  children: Int32Array.of(1, 0, 3, 0, 0, 0),
  values: Float32Array.of(2, 1, 3, 2, 4, 10),
}

describe('a forest', () => {
  it.each([
    [[0.5, 9], 11],
    [[0.6, 0], 12],
    [[0.6, 0.1], 14],
  ])('%j falls into leaves that sum to %d', (inputs, sum) => {
    expect(forestPart(forest, Float64Array.from(inputs))).toBe(sum)
  })

  it('explains its part by the inputs on the way', () => {
    expect([...forestEffects(forest, Float64Array.of(0.6, 0.1))]).toEqual([1, 1])
    expect([...forestEffects(forest, Float64Array.of(0.4, 0.1))]).toEqual([-1, 0])
    expect([...forestEffects(emptyForest, Float64Array.of(1))]).toEqual([0])
  })

  it('can be scaled, to nothing too', () => {
    expect(forestPart(scaledForest(forest, 0.5), Float64Array.of(0.6, 0.1))).toBe(7)
    expect(scaledForest(forest, 0)).toBe(emptyForest)
    expect(forestPart(emptyForest, Float64Array.of(1))).toBe(0)
  })
})

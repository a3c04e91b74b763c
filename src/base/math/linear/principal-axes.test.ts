import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../concurrency/run-steps.ts'
import { createRandom } from '../random.ts'
import { principalAxes } from './principal-axes.ts'
import { dot } from './vectors.ts'

/** Rows in a plane of five dimensions: wide along `wide`, a fifth as wide along `narrow`. */
const wide = Float64Array.of(0.6, 0, 0.8, 0, 0)
const narrow = Float64Array.of(0.8, 0, -0.6, 0, 0)
const random = createRandom(5)
const rows = 200
const sample = new Float64Array(5 * rows)
for (let row = 0; row < rows; row++) {
  const [one, other] = [random.nextGaussian(), random.nextGaussian() / 5]
  for (let k = 0; k < 5; k++) sample[5 * row + k] = one * wide[k]! + other * narrow[k]!
}

describe('principalAxes', () => {
  it('finds the directions in which rows vary most, the widest first', () => {
    const axes = runAtOnce(principalAxes(sample, 5, 2))
    expect(Math.abs(dot(axes.subarray(0, 5), wide))).toBeGreaterThan(0.99)
    expect(Math.abs(dot(axes.subarray(5), narrow))).toBeGreaterThan(0.99)
  })

  it('gives axes of length 1 at right angles, each with a positive largest entry', () => {
    const axes = runAtOnce(principalAxes(sample, 5, 2))
    const [first, second] = [axes.subarray(0, 5), axes.subarray(5)]
    expect(dot(first, first)).toBeCloseTo(1, 12)
    expect(dot(second, second)).toBeCloseTo(1, 12)
    expect(dot(first, second)).toBeCloseTo(0, 12)
    for (const axis of [first, second]) expect(Math.max(...axis)).toBeGreaterThan(-Math.min(...axis))
  })

  it('gives numbers for rows without spread', () => {
    expect([...runAtOnce(principalAxes(new Float64Array(20), 5, 2))].every(Number.isFinite)).toBe(true)
    expect([...runAtOnce(principalAxes(sample, 5, 0))]).toEqual([])
  })
})

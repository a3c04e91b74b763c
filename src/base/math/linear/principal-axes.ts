import { createRandom } from '../random.ts'
import { dot } from './vectors.ts'

/** Iterations after which the axes of vectors of text no longer turn visibly. */
const iterations = 12

/**
 * The axes on which rows vary most from 0, the widest first: orthogonal iteration (Golub and Van Loan, section 8.2.4) on
 * RᵀR from a seeded start. Each axis has length 1, and its largest entry is positive.
 *
 * @param rows [count, size] centred. @param wanted at most `count` and `size`.
 * @yields after each axis.
 * @returns [wanted, size]
 */
export function* principalAxes(
  rows: Float64Array,
  size: number,
  wanted: number,
): Generator<void, Float64Array> {
  const random = createRandom(0)
  const axes = Float64Array.from({ length: wanted * size }, () => random.nextGaussian())
  const axisOf = (axis: number) => axes.subarray(axis * size, (axis + 1) * size)
  const turned = new Float64Array(size)
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (let axis = 0; axis < wanted; axis++) {
      const vector = axisOf(axis)
      turned.fill(0)
      for (let from = 0; from < rows.length; from += size) {
        const row = rows.subarray(from, from + size)
        const part = dot(row, vector)
        for (let k = 0; k < size; k++) turned[k]! += part * row[k]!
      }
      vector.set(turned)
      // Twice: once leaves a remainder where the axes before it are nearly the whole.
      for (let round = 0; round < 2; round++) {
        for (let before = 0; before < axis; before++) subtract(vector, axisOf(before))
        scaleToOne(vector)
      }
      yield
    }
  }
  for (let axis = 0; axis < wanted; axis++) turnPositive(axisOf(axis))
  return axes
}

/** Takes the part of `axis` out of `vector`. */
function subtract(vector: Float64Array, axis: Float64Array): void {
  const part = dot(axis, vector)
  for (let k = 0; k < vector.length; k++) vector[k]! -= part * axis[k]!
}

function scaleToOne(vector: Float64Array): void {
  const length = Math.sqrt(dot(vector, vector))
  if (length > 0) for (let k = 0; k < vector.length; k++) vector[k]! /= length
}

function turnPositive(vector: Float64Array): void {
  let largest = 0
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value
  if (largest < 0) for (let k = 0; k < vector.length; k++) vector[k] = -vector[k]!
}

import type { Supports } from '../../../../routing/routers/few_label/parameters.ts'
import type { SparseRows } from './kernel-matrix.ts'

/** Of a linear part, one weight per feature: variance · Σ αᵢ · valuesᵢ. @returns [size] */
export function linearWeights(values: Float64Array, variance: number, alphas: Float64Array): Float64Array {
  const count = alphas.length
  const size = values.length / count
  const sums = new Float64Array(size)
  for (let i = 0; i < count; i++) {
    const factor = variance * alphas[i]!
    for (let k = 0; k < size; k++) sums[k]! += factor * values[i * size + k]!
  }
  return sums
}

/** Of sparse rows, one weight per column. */
export function termWeights(
  { columns, starts, indices, values }: SparseRows,
  variance: number,
  alphas: Float64Array,
): Float32Array {
  const weights = new Float64Array(columns)
  for (let i = 0; i < alphas.length; i++) {
    for (let entry = starts[i]!; entry < starts[i + 1]!; entry++)
      weights[indices[entry]!]! += variance * alphas[i]! * values[entry]!
  }
  return Float32Array.from(weights)
}

/** Of a similarity, the rows and the factor of each. */
export function supportsOf(values: Float64Array, variance: number, alphas: Float64Array): Supports {
  if (variance === 0) return { rows: new Float32Array(0), factors: new Float32Array(0) }
  return { rows: Float32Array.from(values), factors: Float32Array.from(alphas, (alpha) => variance * alpha) }
}

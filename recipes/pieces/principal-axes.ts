import { symmetricEigen } from '../builtin/linear/symmetric-eigen.ts'

/** The mean of the rows. @param rows [count, width] */
export function meanRow(rows: Float32Array, width: number): Float64Array {
  const mean = new Float64Array(width)
  const count = rows.length / width
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < width; column++) mean[column]! += rows[row * width + column]! / count
  }
  return mean
}

/**
 * The rows less `mean`, on their principal axes, the first `dimensions` of them: the eigenvectors of
 * Σ weight · (row − mean)(row − mean)ᵀ. The sign of an axis makes its largest entry positive.
 *
 * @param rows [count, width]
 * @param weights [count]
 * @returns [count, dimensions]
 */
export function projectRows(
  rows: Float32Array,
  mean: Float64Array,
  weights: Float64Array,
  dimensions: number,
): Float64Array {
  const width = mean.length
  const count = rows.length / width
  const moments = new Float64Array(width * width)
  const row = new Float64Array(width)
  for (let index = 0; index < count; index++) {
    const weight = weights[index]!
    if (weight === 0) continue
    for (let column = 0; column < width; column++) row[column] = rows[index * width + column]! - mean[column]!
    for (let i = 0; i < width; i++) {
      const scaled = weight * row[i]!
      for (let j = i; j < width; j++) moments[i * width + j]! += scaled * row[j]!
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) moments[i * width + j] = moments[j * width + i]!
  const { vectors } = symmetricEigen(moments, width)
  fixSigns(vectors, width)
  const projected = new Float64Array(count * dimensions)
  for (let index = 0; index < count; index++) {
    for (let inner = 0; inner < width; inner++) {
      const value = rows[index * width + inner]! - mean[inner]!
      for (let axis = 0; axis < dimensions; axis++) {
        projected[index * dimensions + axis]! += value * vectors[inner * width + axis]!
      }
    }
  }
  return projected
}

function fixSigns(vectors: Float64Array, width: number): void {
  for (let axis = 0; axis < width; axis++) {
    let largest = 0
    for (let entry = 0; entry < width; entry++) {
      const value = vectors[entry * width + axis]!
      if (Math.abs(value) > Math.abs(largest)) largest = value
    }
    if (largest < 0) for (let entry = 0; entry < width; entry++) vectors[entry * width + axis]! *= -1
  }
}

import type { Random } from '../../../src/base/math/random.ts'
import { multiplySparse, multiplySparseTransposed, type SparseMatrix } from './sparse-matrix.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

export type TruncatedSvd = {
  /** [rank] descending. */
  readonly singularValues: Float64Array
  /** Row-major [columns of the matrix, rank]: right singular vectors in the columns. */
  readonly rightVectors: Float64Array
}

/** Columns computed beyond the rank, so that the last singular vectors are accurate too. */
const oversampling = 16

/**
 * The `rank` largest singular values and right singular vectors of a sparse matrix by randomised subspace iteration
 * (Halko, Martinsson and Tropp 2011, algorithm 4.4, on AᵀA). A vector's sign is fixed: its largest entry is positive.
 *
 * @param rank at most min(rows, columns).
 */
export function truncatedSvd(
  matrix: SparseMatrix,
  rank: number,
  random: Random,
  iterations = 5,
): TruncatedSvd {
  const width = Math.min(rank + oversampling, matrix.columns, matrix.rows)
  let basis: Float64Array = Float64Array.from({ length: matrix.columns * width }, () => random.nextGaussian())
  orthonormalise(basis, matrix.columns, width)
  for (let iteration = 0; iteration < iterations; iteration++) {
    basis = multiplySparseTransposed(matrix, multiplySparse(matrix, basis, width), width)
    orthonormalise(basis, matrix.columns, width)
  }
  const projected = multiplySparse(matrix, basis, width)
  const { values, vectors } = symmetricEigen(gram(projected, matrix.rows, width), width)
  const rightVectors = new Float64Array(matrix.columns * rank)
  for (let row = 0; row < matrix.columns; row++) {
    for (let column = 0; column < rank; column++) {
      let sum = 0
      for (let inner = 0; inner < width; inner++)
        sum += basis[row * width + inner]! * vectors[inner * width + column]!
      rightVectors[row * rank + column] = sum
    }
  }
  fixSigns(rightVectors, matrix.columns, rank)
  return {
    singularValues: values.subarray(0, rank).map((value) => Math.sqrt(Math.max(value, 0))),
    rightVectors,
  }
}

/** BᵀB for row-major B [rows, width]. */
function gram(dense: Float64Array, rows: number, width: number): Float64Array {
  const product = new Float64Array(width * width)
  for (let row = 0; row < rows; row++) {
    const start = row * width
    for (let i = 0; i < width; i++) {
      const value = dense[start + i]!
      for (let j = i; j < width; j++) product[i * width + j]! += value * dense[start + j]!
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) product[i * width + j] = product[j * width + i]!
  return product
}

/** Gram-Schmidt, twice for accuracy, in place on the columns of a row-major matrix. */
function orthonormalise(basis: Float64Array, rows: number, width: number): void {
  const columns = Array.from({ length: width }, (_, column) => {
    const values = new Float64Array(rows)
    for (let row = 0; row < rows; row++) values[row] = basis[row * width + column]!
    return values
  })
  columns.forEach((column, index) => {
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < index; other++) subtractProjection(column, columns[other]!)
    }
    normalise(column)
  })
  columns.forEach((values, column) => {
    for (let row = 0; row < rows; row++) basis[row * width + column] = values[row]!
  })
}

function subtractProjection(column: Float64Array, unit: Float64Array): void {
  let product = 0
  for (let row = 0; row < column.length; row++) product += column[row]! * unit[row]!
  for (let row = 0; row < column.length; row++) column[row]! -= product * unit[row]!
}

function normalise(column: Float64Array): void {
  let squared = 0
  for (const value of column) squared += value * value
  const scale = squared > 1e-24 ? 1 / Math.sqrt(squared) : 0
  for (let row = 0; row < column.length; row++) column[row]! *= scale
}

function fixSigns(vectors: Float64Array, rows: number, rank: number): void {
  for (let column = 0; column < rank; column++) {
    let largest = 0
    for (let row = 0; row < rows; row++) {
      const value = vectors[row * rank + column]!
      if (Math.abs(value) > Math.abs(largest)) largest = value
    }
    if (largest < 0) for (let row = 0; row < rows; row++) vectors[row * rank + column]! *= -1
  }
}

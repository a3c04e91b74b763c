import { dot } from './vectors.ts'

/** A = L·Lᵀ of a symmetric positive definite matrix. */
export type Cholesky = {
  readonly size: number
  /** L row by row, [size, size]; values above the diagonal are not used. */
  readonly lower: Float64Array
}

/**
 * Factors `matrix` (row-major [size, size], only its lower triangle is read) in place.
 *
 * @yields after each row, because the time grows with the cube of the size.
 * @returns undefined if it is not positive definite in 64 bits.
 */
export function* factorCholesky(matrix: Float64Array, size: number): Generator<void, Cholesky | undefined> {
  const rows = Array.from({ length: size }, (_, row) => matrix.subarray(row * size, (row + 1) * size))
  for (let i = 0; i < size; i++) {
    const row = rows[i]!
    for (let j = 0; j < i; j++) {
      const other = rows[j]!
      row[j] = (row[j]! - dot(other.subarray(0, j), row)) / other[j]!
    }
    const rest = row[i]! - dot(row.subarray(0, i), row)
    if (!(rest > 0)) return undefined
    row[i] = Math.sqrt(rest)
    yield
  }
  return { size, lower: matrix }
}

/** x with A·x = `right`. */
export function solveCholesky({ size, lower }: Cholesky, right: ArrayLike<number>): Float64Array {
  const x = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    const row = lower.subarray(i * size, i * size + i)
    x[i] = (x[i]! - dot(row, x)) / lower[i * size + i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    x[i] = x[i]! / lower[i * size + i]!
    const value = x[i]!
    for (let k = 0; k < i; k++) x[k]! -= value * lower[i * size + k]!
  }
  return x
}

/** The diagonal of A⁻¹: Σₖ (L⁻¹)ₖᵢ². @yields after each column. */
export function* inverseDiagonal({ size, lower }: Cholesky): Generator<void, Float64Array> {
  const diagonal = new Float64Array(size)
  const column = new Float64Array(size) // column i of L⁻¹, from place i on
  for (let i = 0; i < size; i++) {
    column[i] = 1 / lower[i * size + i]!
    let squared = column[i]! ** 2
    for (let k = i + 1; k < size; k++) {
      const from = k * size
      let sum = 0
      for (let j = i; j < k; j++) sum += lower[from + j]! * column[j]!
      column[k] = -sum / lower[from + k]!
      squared += column[k]! ** 2
    }
    diagonal[i] = squared
    yield
  }
  return diagonal
}

/** A⁻¹, row-major [size, size]. */
export function invertCholesky({ size, lower }: Cholesky): Float64Array {
  const inverse = new Float64Array(size * size)
  const columns = new Float64Array(size * size) // row i: column i of L⁻¹, from place i on
  for (let i = 0; i < size; i++) {
    const column = columns.subarray(i * size, (i + 1) * size)
    column[i] = 1 / lower[i * size + i]!
    for (let k = i + 1; k < size; k++) {
      const from = k * size
      let sum = 0
      for (let j = i; j < k; j++) sum += lower[from + j]! * column[j]!
      column[k] = -sum / lower[from + k]!
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const value = dot(
        columns.subarray(i * size + i, (i + 1) * size),
        columns.subarray(j * size + i, (j + 1) * size),
      )
      inverse[i * size + j] = value
      inverse[j * size + i] = value
    }
  return inverse
}

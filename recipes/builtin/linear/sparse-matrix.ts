/** Rows of (column, value) pairs, one after another (compressed sparse rows). */
export type SparseMatrix = {
  readonly rows: number
  readonly columns: number
  /** [rows + 1] where each row's entries begin. */
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float32Array
}

/** A·B for B row-major [columns, width]; the result is row-major [rows, width]. */
export function multiplySparse(matrix: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const product = new Float64Array(matrix.rows * width)
  for (let row = 0; row < matrix.rows; row++) {
    const target = row * width
    for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++) {
      const value = matrix.values[entry]!
      const source = matrix.indices[entry]! * width
      for (let column = 0; column < width; column++)
        product[target + column]! += value * dense[source + column]!
    }
  }
  return product
}

/** Aᵀ·B for B row-major [rows, width]; the result is row-major [columns, width]. */
export function multiplySparseTransposed(
  matrix: SparseMatrix,
  dense: Float64Array,
  width: number,
): Float64Array {
  const product = new Float64Array(matrix.columns * width)
  for (let row = 0; row < matrix.rows; row++) {
    const source = row * width
    for (let entry = matrix.starts[row]!; entry < matrix.starts[row + 1]!; entry++) {
      const value = matrix.values[entry]!
      const target = matrix.indices[entry]! * width
      for (let column = 0; column < width; column++)
        product[target + column]! += value * dense[source + column]!
    }
  }
  return product
}

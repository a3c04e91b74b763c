/** Σ aᵢ·bᵢ over the length of `a`. The caller has checked that `b` is as long. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const length = a.length
  const blocked = length - (length % 4)
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  for (let i = 0; i < blocked; i += 4) {
    sum0 += a[i]! * b[i]!
    sum1 += a[i + 1]! * b[i + 1]!
    sum2 += a[i + 2]! * b[i + 2]!
    sum3 += a[i + 3]! * b[i + 3]!
  }
  for (let i = blocked; i < length; i++) sum0 += a[i]! * b[i]!
  return sum0 + sum1 + (sum2 + sum3)
}

/**
 * C = A·Bᵀ for row-major A [rows, inner], B [columns, inner], C [rows, columns].
 *
 * Blocks of 2 × 4 results stay in registers, about four times as fast as one dot product after another; the
 * order of the sums depends on nothing but the shapes.
 */
export function multiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  rows: number,
  columns: number,
  inner: number,
): void {
  const blockedRows = rows - (rows % 2)
  const blockedColumns = columns - (columns % 4)
  for (let row = 0; row < blockedRows; row += 2) {
    const a0 = row * inner
    const a1 = a0 + inner
    for (let column = 0; column < blockedColumns; column += 4) {
      const b0 = column * inner
      const b1 = b0 + inner
      const b2 = b1 + inner
      const b3 = b2 + inner
      let c00 = 0
      let c01 = 0
      let c02 = 0
      let c03 = 0
      let c10 = 0
      let c11 = 0
      let c12 = 0
      let c13 = 0
      for (let k = 0; k < inner; k++) {
        const x0 = a[a0 + k]!
        const x1 = a[a1 + k]!
        const y0 = b[b0 + k]!
        const y1 = b[b1 + k]!
        const y2 = b[b2 + k]!
        const y3 = b[b3 + k]!
        c00 += x0 * y0
        c01 += x0 * y1
        c02 += x0 * y2
        c03 += x0 * y3
        c10 += x1 * y0
        c11 += x1 * y1
        c12 += x1 * y2
        c13 += x1 * y3
      }
      const out0 = row * columns + column
      const out1 = out0 + columns
      c[out0] = c00
      c[out0 + 1] = c01
      c[out0 + 2] = c02
      c[out0 + 3] = c03
      c[out1] = c10
      c[out1 + 1] = c11
      c[out1 + 2] = c12
      c[out1 + 3] = c13
    }
  }
  multiplyBlock(a, b, c, 0, blockedRows, blockedColumns, columns, columns, inner)
  multiplyBlock(a, b, c, blockedRows, rows, 0, columns, columns, inner)
}

function multiplyBlock(
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  firstRow: number,
  endRow: number,
  firstColumn: number,
  endColumn: number,
  columns: number,
  inner: number,
): void {
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) {
      let sum = 0
      for (let k = 0; k < inner; k++) sum += a[row * inner + k]! * b[column * inner + k]!
      c[row * columns + column] = sum
    }
  }
}

/** The transpose of row-major `source` [rows, columns], written to `target` [columns, rows]. */
export function transpose(source: Float64Array, target: Float64Array, rows: number, columns: number): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[column * rows + row] = source[row * columns + column]!
    }
  }
}

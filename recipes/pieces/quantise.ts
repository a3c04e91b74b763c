import { columnsPerWord, type PieceTable } from '../../src/routing/embedding/builtin/pieces/table.ts'

/** Numbers of more than this many root mean squares of their row and column are cut off. */
const clip = 2.5
const codes = 8

/**
 * Rows in four bits a number. Each column is divided by its root mean square and then each row by its own, so that
 * all columns keep the same relative precision.
 *
 * @param rows [count, dimensions]
 * @param weights [count] of the pieces in a text.
 */
export function quantise(
  rows: Float64Array,
  dimensions: number,
  weights: Float64Array,
): Pick<PieceTable, 'codes' | 'factors' | 'columnScales'> {
  const count = rows.length / dimensions
  const columnScales = Float32Array.from(columnRoots(rows, dimensions))
  const packed = new Int32Array(rows.length / columnsPerWord)
  const factors = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    const begin = row * dimensions
    let squared = 0
    for (let column = 0; column < dimensions; column++)
      squared += (rows[begin + column]! / columnScales[column]!) ** 2
    const step = (Math.sqrt(squared / dimensions) * clip) / codes
    if (step === 0) continue
    factors[row] = step * weights[row]!
    for (let column = 0; column < dimensions; column++) {
      const code = Math.floor(rows[begin + column]! / columnScales[column]! / step)
      const bits = Math.max(-codes, Math.min(codes - 1, code)) & 15
      packed[(begin + column) >> 3]! |= bits << (4 * (column % columnsPerWord))
    }
  }
  return { codes: packed, factors, columnScales }
}

/** The root mean square of each column. */
function columnRoots(rows: Float64Array, dimensions: number): Float64Array {
  const squares = new Float64Array(dimensions)
  for (let at = 0; at < rows.length; at++) squares[at % dimensions]! += rows[at]! ** 2
  return squares.map((square) => Math.sqrt((square * dimensions) / rows.length))
}

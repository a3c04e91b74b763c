import { laneBlock } from './kernel.ts'

/** Vectors of one length, row after row. Integer rows represent `values · scales[row]`. */
export type Rows =
  | { readonly precision: 'float32'; readonly dimensions: number; readonly values: Float32Array }
  | IntegerRows<'int16', Int16Array>
  | IntegerRows<'int8', Int8Array>

type IntegerRows<P extends string, Values> = {
  readonly precision: P
  readonly dimensions: number
  readonly values: Values
  /** One per row: the row's largest magnitude over the largest integer. */
  readonly scales: Float32Array
}

export type RowPrecision = Rows['precision']

/** Largest integer used for a row's largest magnitude. The range is symmetric: no bit pattern is special. */
const rowLevels = { int16: 32767, int8: 127 } as const

/**
 * Largest integer of a query. With bytes the sums are 32-bit integers: a lane adds up a quarter of the products, each
 * at most 127 · 4,095, and none overflows up to `maximumDimensions`.
 */
const queryLevels = { int16: 32767, int8: 4095 } as const
export const maximumDimensions = 16384

export function paddedDimensions(dimensions: number): number {
  return Math.ceil(dimensions / laneBlock) * laneBlock
}

/** Divides every row by its Euclidean length, in place. A row of zeros stays a row of zeros: it is similar to nothing. */
export function normalizeRows(values: Float32Array, dimensions: number): Float32Array {
  for (let start = 0; start < values.length; start += dimensions) {
    let squares = 0
    for (let i = start; i < start + dimensions; i++) squares += values[i]! * values[i]!
    if (squares === 0) continue
    const factor = 1 / Math.sqrt(squares)
    for (let i = start; i < start + dimensions; i++) values[i] = values[i]! * factor
  }
  return values
}

/** Rounds floats to integers with a scale per row: the error of an element is at most scale / 2. */
export function quantizeRows<P extends 'int16' | 'int8'>(
  values: Float32Array,
  dimensions: number,
  precision: P,
): Extract<Rows, { precision: P }>
export function quantizeRows(values: Float32Array, dimensions: number, precision: 'int16' | 'int8'): Rows {
  const scales = new Float32Array(values.length / dimensions)
  if (precision === 'int16') {
    const integers = new Int16Array(values.length)
    roundRows(values, integers, scales, rowLevels.int16)
    return { precision, dimensions, values: integers, scales }
  }
  const integers = new Int8Array(values.length)
  roundRows(values, integers, scales, rowLevels.int8)
  return { precision, dimensions, values: integers, scales }
}

/** The query as 16-bit integers into `out`; returns the scale that they are to be multiplied by. */
export function quantizeQuery(query: Float32Array, out: Int16Array, precision: 'int16' | 'int8'): number {
  const scale = new Float32Array(1)
  roundRows(query, out, scale, queryLevels[precision])
  return scale[0]!
}

function roundRows(
  values: Float32Array,
  out: Int8Array | Int16Array,
  scales: Float32Array,
  levels: number,
): void {
  const dimensions = values.length / scales.length
  for (let row = 0; row < scales.length; row++) {
    const start = row * dimensions
    let largest = 0
    for (let i = start; i < start + dimensions; i++) largest = Math.max(largest, Math.abs(values[i]!))
    const scale = Math.fround(largest / levels)
    scales[row] = scale
    if (scale === 0) continue
    // The stored scale is rounded, so the largest magnitude could land just above the last level.
    for (let i = start; i < start + dimensions; i++)
      out[i] = Math.max(-levels, Math.min(levels, Math.round(values[i]! / scale)))
  }
}

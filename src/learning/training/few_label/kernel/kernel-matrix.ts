import { multiplyTransposed } from '../../../../base/math/linear/vectors.ts'

/** Rows of (column, value) pairs, one after another. */
export type SparseRows = {
  readonly columns: number
  /** [rows + 1] the position at which each row's entries begin. */
  readonly starts: Int32Array
  readonly indices: Int32Array
  readonly values: Float64Array
}

/**
 * A part of a kernel: `variance` times the inner products of rows, or of sparse rows, or times exp(−½ distance²) between
 * rows. A variance of 0 omits it.
 */
export type KernelPart = { readonly variance: number } & (
  | { readonly kind: 'linear' | 'similarity'; readonly values: Float64Array }
  | { readonly kind: 'terms'; readonly rows: SparseRows }
)

/** Even, so that the products are the same as of all rows together. */
const rowsPerStep = 64

/**
 * The sum of the parts: [count, count]; the entries above the diagonal are not used.
 *
 * @param parts their values are [count, size], and each may have another size.
 * @yields often.
 */
export function* kernelMatrix(parts: readonly KernelPart[], count: number): Generator<void, Float64Array> {
  const matrix = new Float64Array(count * count)
  const product = new Float64Array(count * count)
  for (const part of parts) {
    if (part.variance === 0) continue
    if (part.kind === 'terms') yield* addTerms(matrix, count, part.rows, part.variance)
    else if (part.values.length === 0) continue
    else {
      yield* writeProducts(product, part.values, count)
      if (part.kind === 'linear') yield* addLinear(matrix, product, count, part.variance)
      else yield* addSimilarity(matrix, product, count, part.variance)
    }
  }
  return matrix
}

function* writeProducts(product: Float64Array, values: Float64Array, count: number): Generator<void, void> {
  const inner = values.length / count
  for (let from = 0; from < count; from += rowsPerStep) {
    const rows = Math.min(rowsPerStep, count - from)
    const part = values.subarray(from * inner, (from + rows) * inner)
    multiplyTransposed(part, values, product.subarray(from * count), rows, count, inner)
    yield
  }
}

function* addLinear(
  matrix: Float64Array,
  inner: Float64Array,
  count: number,
  variance: number,
): Generator<void, void> {
  for (let from = 0; from < inner.length; from += count) {
    for (let i = from; i < from + count; i++) matrix[i]! += variance * inner[i]!
    yield
  }
}

function* addSimilarity(
  matrix: Float64Array,
  inner: Float64Array,
  count: number,
  variance: number,
): Generator<void, void> {
  const half = Float64Array.from({ length: count }, (_, i) => inner[i * count + i]! / 2)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++)
      matrix[i * count + j]! += variance * Math.exp(inner[i * count + j]! - half[i]! - half[j]!)
    yield
  }
}

/** Term by term: terms that occur in one row only add to the diagonal, and most do. */
function* addTerms(
  matrix: Float64Array,
  count: number,
  { starts, indices, values, columns }: SparseRows,
  variance: number,
): Generator<void, void> {
  const ends = new Int32Array(columns + 1)
  for (const term of indices) ends[term + 1]!++
  for (let term = 0; term < columns; term++) ends[term + 1]! += ends[term]!
  const next = ends.slice()
  const rows = new Int32Array(indices.length)
  const rowValues = new Float64Array(indices.length)
  for (let row = 0; row < count; row++) {
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry++) {
      const place = next[indices[entry]!]!++
      rows[place] = row
      rowValues[place] = values[entry]!
    }
  }
  for (let term = 0; term < columns; term++) {
    for (let one = ends[term]!; one < ends[term + 1]!; one++) {
      const from = rows[one]! * count
      const value = variance * rowValues[one]!
      for (let other = ends[term]!; other <= one; other++)
        matrix[from + rows[other]!]! += value * rowValues[other]!
    }
    yield
  }
}

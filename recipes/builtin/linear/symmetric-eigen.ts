export type SymmetricEigen = {
  /** Descending. */
  readonly values: Float64Array
  /** Row-major [size, size]: eigenvectors in the columns, in the order of the values. */
  readonly vectors: Float64Array
}

const maxSweeps = 60

/**
 * All eigenvalues and eigenvectors of a symmetric row-major matrix, by cyclic Jacobi rotations (Golub and Van Loan,
 * section 8.5). For sizes of a few hundred.
 */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = Float64Array.from(matrix)
  const vectors = new Float64Array(size * size)
  for (let index = 0; index < size; index++) vectors[index * size + index] = 1
  for (let sweep = 0; sweep < maxSweeps && offDiagonal(a, size) > 1e-22 * trace2(a, size); sweep++) {
    for (let p = 0; p < size - 1; p++) for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q)
  }
  const order = Array.from({ length: size }, (_, index) => index).sort(
    (i, j) => a[j * size + j]! - a[i * size + i]!,
  )
  const sorted = new Float64Array(size * size)
  order.forEach((from, to) => {
    for (let row = 0; row < size; row++) sorted[row * size + to] = vectors[row * size + from]!
  })
  return { values: Float64Array.from(order, (index) => a[index * size + index]!), vectors: sorted }
}

/** Makes a[p][q] zero. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const off = a[p * size + q]!
  if (off === 0) return
  const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * off)
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const cosine = 1 / Math.sqrt(tangent * tangent + 1)
  const sine = tangent * cosine
  for (let k = 0; k < size; k++) rotatePair(a, k * size + p, k * size + q, cosine, sine)
  for (let k = 0; k < size; k++) rotatePair(a, p * size + k, q * size + k, cosine, sine)
  for (let k = 0; k < size; k++) rotatePair(vectors, k * size + p, k * size + q, cosine, sine)
}

function rotatePair(values: Float64Array, first: number, second: number, cosine: number, sine: number): void {
  const x = values[first]!
  const y = values[second]!
  values[first] = cosine * x - sine * y
  values[second] = sine * x + cosine * y
}

function offDiagonal(a: Float64Array, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) sum += a[i * size + j]! ** 2
  return sum
}

function trace2(a: Float64Array, size: number): number {
  let sum = 0
  for (let i = 0; i < size; i++) sum += a[i * size + i]! ** 2
  return sum
}

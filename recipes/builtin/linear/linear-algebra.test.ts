import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/base/math/random.ts'
import type { SparseMatrix } from './sparse-matrix.ts'
import { symmetricEigen } from './symmetric-eigen.ts'
import { truncatedSvd } from './truncated-svd.ts'

describe('eigenvalues of a symmetric matrix', () => {
  it('of [[2, 1], [1, 2]] are 3 and 1', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2)
    expect(values[0]).toBeCloseTo(3, 12)
    expect(values[1]).toBeCloseTo(1, 12)
    expect(Math.abs(vectors[0]!)).toBeCloseTo(Math.SQRT1_2, 12)
    expect(vectors[0]! * vectors[2]!).toBeCloseTo(0.5, 12)
  })

  it('rebuild a random matrix', () => {
    const size = 12
    const random = createRandom(3)
    const matrix = new Float64Array(size * size)
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++) matrix[i * size + j] = matrix[j * size + i] = random.nextGaussian()
    const { values, vectors } = symmetricEigen(matrix, size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        let sum = 0
        for (let k = 0; k < size; k++) sum += vectors[i * size + k]! * values[k]! * vectors[j * size + k]!
        expect(sum).toBeCloseTo(matrix[i * size + j]!, 9)
      }
    }
  })
})

describe('the truncated singular value decomposition', () => {
  it('of a diagonal matrix finds its largest entries, signs fixed', () => {
    const diagonal = [1, 5, 2, 4, 3]
    const matrix: SparseMatrix = {
      rows: 5,
      columns: 5,
      starts: Int32Array.of(0, 1, 2, 3, 4, 5),
      indices: Int32Array.of(0, 1, 2, 3, 4),
      values: Float32Array.from(diagonal),
    }
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { singularValues, rightVectors } = truncatedSvd(matrix, 2, createRandom(seed))
      expect(singularValues[0]).toBeCloseTo(5, 8)
      expect(singularValues[1]).toBeCloseTo(4, 8)
      expect(rightVectors[1 * 2]).toBeCloseTo(1, 6)
      expect(rightVectors[3 * 2 + 1]).toBeCloseTo(1, 6)
    }
  })
})

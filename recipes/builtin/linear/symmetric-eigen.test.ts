import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src/base/math/random.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

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

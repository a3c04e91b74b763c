import { describe, expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { dot, multiplyTransposed, transpose } from './vectors.ts'

describe('dot', () => {
  it('adds up products, whatever the length leaves over', () => {
    for (let length = 0; length < 10; length++) {
      const values = Float32Array.from({ length }, (_, index) => index + 1)
      expect(dot(values, Array(length).fill(2))).toBe(length * (length + 1))
    }
  })
})

describe('multiplyTransposed', () => {
  it.each([
    [1, 1, 1],
    [2, 4, 3],
    [3, 5, 7],
    [5, 3, 2],
    [6, 9, 4],
  ])('is the product of [%i, k] with the transpose of [%i, k], k = %i', (rows, columns, inner) => {
    const random = createRandom(rows * 100 + columns)
    const a = Float64Array.from({ length: rows * inner }, () => random.nextInt(19) - 9)
    const b = Float64Array.from({ length: columns * inner }, () => random.nextInt(19) - 9)
    const product = new Float64Array(rows * columns)
    multiplyTransposed(a, b, product, rows, columns, inner)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let expected = 0
        for (let k = 0; k < inner; k++) expected += a[row * inner + k]! * b[column * inner + k]!
        expect(product[row * columns + column]).toBe(expected)
      }
    }
  })
})

describe('transpose', () => {
  it('swaps rows and columns', () => {
    const target = new Float64Array(6)
    transpose(Float64Array.of(1, 2, 3, 4, 5, 6), target, 2, 3)
    expect([...target]).toEqual([1, 4, 2, 5, 3, 6])
  })
})

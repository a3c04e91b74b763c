import { expect, it } from 'vitest'
import { runAtOnce } from '../../concurrency/run-steps.ts'
import { createRandom } from '../random.ts'
import { factorCholesky, inverseDiagonal, invertCholesky, solveCholesky } from './cholesky.ts'

it('factors, solves and inverts a matrix worked by hand', () => {
  // [[4, 2], [2, 5]] = L·Lᵀ with L = [[2, 0], [1, 2]]; its inverse is [[5, −2], [−2, 4]] / 16.
  const factor = runAtOnce(factorCholesky(Float64Array.of(4, 2, 2, 5), 2))!
  expect([factor.lower[0], factor.lower[2], factor.lower[3]]).toEqual([2, 1, 2])
  expect([...solveCholesky(factor, [8, 9])]).toEqual([1.375, 1.25])
  expect([...runAtOnce(inverseDiagonal(factor))]).toEqual([5 / 16, 4 / 16])
  expect([...invertCholesky(factor)]).toEqual([5 / 16, -2 / 16, -2 / 16, 4 / 16])
})

it('solves what it multiplied, for sizes that are no multiple of any block', () => {
  const random = createRandom(3)
  const size = 37
  const root = Float64Array.from({ length: size * size }, () => random.nextGaussian())
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let k = 0; k < size; k++) matrix[i * size + j]! += root[i * size + k]! * root[j * size + k]!
  const x = Float64Array.from({ length: size }, () => random.nextGaussian())
  const right = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * size + j]! * value, 0))
  const factor = runAtOnce(factorCholesky(matrix.slice(), size))!
  solveCholesky(factor, right).forEach((value, i) => {
    expect(value).toBeCloseTo(x[i]!, 6)
  })
  const unit = (i: number) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0))
  runAtOnce(inverseDiagonal(factor)).forEach((value, i) => {
    expect(value / solveCholesky(factor, unit(i))[i]!).toBeCloseTo(1, 9)
  })
  const inverse = invertCholesky(factor)
  for (let i = 0; i < size; i++)
    for (const [j, value] of solveCholesky(factor, unit(i)).entries())
      expect(inverse[i * size + j]! - value).toBeCloseTo(0, 6)
})

it.each([
  ['a negative direction', [1, 2, 2, 1]],
  ['zeros', [0, 0, 0, 0]],
  ['no numbers', [Number.NaN, 0, 0, 1]],
])('says that a matrix with %s is not positive definite', (_, values) => {
  expect(runAtOnce(factorCholesky(Float64Array.from(values), 2))).toBeUndefined()
})

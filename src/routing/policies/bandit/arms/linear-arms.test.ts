import { expect, it } from 'vitest'
import { runAtOnce } from '../../../../base/concurrency/run-steps.ts'
import { factorCholesky, solveCholesky } from '../../../../base/math/linear/cholesky.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { createLinearArms } from './linear-arms.ts'

const priorDeviations = Float64Array.of(1.5, 0.5, 0.5)
const create = (halfLife = Number.POSITIVE_INFINITY, arms = 2) =>
  createLinearArms({ arms, priorDeviations, noise: 0.2, halfLife })

/** V·θ = Σ γ^(n − s) x y, solved at once. */
function fitAtOnce(rows: readonly { context: Float64Array; value: number; weight: number }[]) {
  const size = priorDeviations.length
  const matrix = new Float64Array(size * size)
  const right = new Float64Array(size)
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1 / priorDeviations[i]! ** 2
  for (const { context, value, weight } of rows)
    for (let i = 0; i < size; i++) {
      right[i]! += weight * context[i]! * value
      for (let j = 0; j < size; j++) matrix[i * size + j]! += weight * context[i]! * context[j]!
    }
  const factor = runAtOnce(factorCholesky(matrix, size))!
  return {
    coefficients: solveCholesky(factor, right),
    widthOf: (context: Float64Array) => {
      const solved = solveCholesky(factor, context)
      return Math.sqrt(context.reduce((sum, value, at) => sum + value * solved[at]!, 0))
    },
  }
}

function rowsOf(count: number) {
  const random = createRandom(5)
  return Array.from({ length: count }, (_, at) => {
    const context = Float64Array.of(1, random.nextGaussian(), random.nextGaussian())
    return {
      context,
      value: 0.1 + 0.2 * context[1]! + 0.1 * random.nextGaussian(),
      arm: at % 3 === 0 ? 1 : 0,
    }
  })
}

it('expects the prior before values are seen', () => {
  const { means, deviations } = create().estimate(Float64Array.of(1, 2, 0))
  expect([...means]).toEqual([0, 0])
  // σ √(1.5² + (2 · 0.5)²)
  expect(deviations[0]).toBeCloseTo(0.2 * Math.sqrt(3.25), 12)
})

it.each([Number.POSITIVE_INFINITY, 50])(
  'is the regression of all values, forgotten with the half-life %d',
  (halfLife) => {
    const arms = create(halfLife)
    const rows = rowsOf(400)
    for (const { context, value, arm } of rows) arms.learn(context, [[arm, value]])
    const at = Float64Array.of(1, 0.5, -0.3)
    const { means, deviations } = arms.estimate(at)
    const weighed = rows.map((row, index) => ({
      ...row,
      weight: 2 ** (-(rows.length - 1 - index) / halfLife),
    }))
    const fits = [0, 1].map((arm) => fitAtOnce(weighed.filter((row) => row.arm === arm)))
    // 2 % of an arm's weight may be forgotten before it shows.
    const digits = halfLife === Number.POSITIVE_INFINITY ? 10 : 2
    for (const [arm, { coefficients, widthOf }] of fits.entries()) {
      expect(means[arm]).toBeCloseTo(
        at.reduce((sum, value, index) => sum + value * coefficients[index]!, 0),
        digits,
      )
      // Both arms have one σ.
      expect(deviations[arm]! / deviations[0]!).toBeCloseTo(widthOf(at) / fits[0]!.widthOf(at), digits)
    }
  },
)

it('finds the noise', () => {
  const arms = create()
  for (const { context, value, arm } of rowsOf(4000)) arms.learn(context, [[arm, value]])
  const far = Float64Array.of(0, 0, 1e3)
  const { deviations } = arms.estimate(far)
  const { widthOf } = fitAtOnce(rowsOf(4000).flatMap((row) => (row.arm === 0 ? { ...row, weight: 1 } : [])))
  expect(deviations[0]! / widthOf(far)).toBeCloseTo(0.1, 2)
})

it('follows an arm that changes, if it forgets', () => {
  const learned = (halfLife: number) => {
    const arms = create(halfLife, 1)
    const context = Float64Array.of(1, 0, 0)
    for (let count = 0; count < 2000; count++) arms.learn(context, [[0, count < 1500 ? 0.4 : -0.4]])
    return arms.estimate(context).means[0]!
  }
  expect(learned(100)).toBeCloseTo(-0.4, 1)
  expect(learned(Number.POSITIVE_INFINITY)).toBeCloseTo(0.2, 1)
})

it('becomes unsure of an arm that is no longer seen', () => {
  const arms = create(100)
  const context = Float64Array.of(1, 0, 0)
  for (let count = 0; count < 300; count++)
    arms.learn(context, [
      [0, 0.3],
      [1, 0.3],
    ])
  const before = arms.estimate(context).deviations[1]!
  for (let count = 0; count < 1000; count++) arms.learn(context, [[0, 0.3]])
  const { means, deviations } = arms.estimate(context)
  expect(deviations[1]! / deviations[0]!).toBeGreaterThan(3)
  expect(before).toBeLessThan(deviations[1]! * 2)
  expect(means[1]).toBeLessThan(means[0]!)
})

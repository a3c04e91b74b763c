import { describe, expect, it } from 'vitest'
import { runAtOnce } from '../../../../base/concurrency/run-steps.ts'
import { createRandom } from '../../../../base/math/random.ts'
import { forestPart } from '../../../../routing/routers/few_label/forest/forest.ts'
import { growForest } from './grow-forest.ts'
import type { TreeRows } from './grow-tree.ts'

/** The target is 1 where both of the first two inputs are positive, else 0, and noise; the rest of the inputs is noise. */
function rowsOf(count: number, seed: number, noise = 0.2): TreeRows {
  const random = createRandom(seed)
  const size = 5
  const inputs = Float64Array.from({ length: count * size }, () => random.nextGaussian())
  const target = Float64Array.from({ length: count }, (_, row) => {
    const isHigh = inputs[row * size]! > 0 && inputs[row * size + 1]! > 0
    return (isHigh ? 1 : 0) + noise * random.nextGaussian()
  })
  return { count, size, inputs, target, weights: new Float64Array(count).fill(1) }
}

const options = { trees: 60, folds: 4, seed: 3 }
const grow = (rows: TreeRows, some: Partial<typeof options> = {}) =>
  runAtOnce(growForest(rows, { ...options, ...some }))
const inputsOf = ({ inputs, size }: TreeRows, row: number) => inputs.subarray(row * size, (row + 1) * size)
const correlation = (a: Float64Array, b: Float64Array) => {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [a.map((value) => value - mean(a)), b.map((value) => value - mean(b))]
  const product = (one: Float64Array, other: Float64Array) =>
    one.reduce((sum, value, row) => sum + value * other[row]!, 0)
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y))
}

describe('growForest', () => {
  it('learns what two inputs say together', () => {
    const { forest } = grow(rowsOf(300, 1))
    const fresh = rowsOf(300, 2)
    const scores = Float64Array.from({ length: 300 }, (_, row) => forestPart(forest, inputsOf(fresh, row)))
    expect(correlation(scores, fresh.target)).toBeGreaterThan(0.8)
  })

  it('scores a row by the trees that have not seen it', () => {
    // Targets that no input explains: in-sample scores follow them, left-out ones do not.
    const random = createRandom(8)
    const noise = {
      ...rowsOf(200, 4),
      target: Float64Array.from({ length: 200 }, () => random.nextGaussian()),
    }
    const { forest, leftOutScores } = grow(noise)
    const inSample = Float64Array.from({ length: 200 }, (_, row) => forestPart(forest, inputsOf(noise, row)))
    expect(correlation(inSample, noise.target)).toBeGreaterThan(0.5)
    expect(correlation(leftOutScores, noise.target)).toBeLessThan(0.15)
  })

  it('scores a row independently of its own target', () => {
    const rows = rowsOf(80, 5)
    const twoTrees = { folds: 2, trees: 2 }
    const { leftOutScores } = grow(rows, twoTrees)
    for (const row of [0, 40, 79]) {
      const changed = grow({ ...rows, target: rows.target.with(row, 1_000) }, twoTrees)
      expect(changed.leftOutScores[row]).toBeCloseTo(leftOutScores[row]!, 12)
      expect(changed.leftOutScores.some((score) => score > 10)).toBe(true)
    }
  })

  it('gives left-out scores the spread of the scores of new rows', () => {
    const spreadOf = (values: Float64Array) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
    }
    const rows = rowsOf(400, 6, 1)
    const { forest, leftOutScores } = grow(rows, { trees: 100 })
    const fresh = rowsOf(400, 7, 1)
    const scores = Float64Array.from({ length: 400 }, (_, row) => forestPart(forest, inputsOf(fresh, row)))
    expect(spreadOf(leftOutScores) / spreadOf(scores)).toBeGreaterThan(0.9)
    expect(spreadOf(leftOutScores) / spreadOf(scores)).toBeLessThan(1.1)
  })

  it('depends on nothing but its rows and its seed', () => {
    const rows = rowsOf(60, 9)
    expect(grow(rows)).toEqual(grow(rows))
    expect(grow(rows, { seed: 4 }).forest).not.toEqual(grow(rows).forest)
  })

  it('stays small however many rows there are, and its children come after their parents', () => {
    const { forest } = grow(rowsOf(2_000, 10), { trees: 8 })
    expect(forest.roots).toHaveLength(8)
    expect(forest.features.length).toBeLessThanOrEqual(8 * 119)
    forest.children.forEach((child, node) => {
      if (forest.features[node]! >= 0) expect(child).toBeGreaterThan(node)
    })
  })

  it('grows leaves only where nothing tells rows apart', () => {
    const alike = { ...rowsOf(40, 11), inputs: new Float64Array(200).fill(1) }
    const { forest, leftOutScores } = grow(alike)
    expect(forest.features.every((feature) => feature < 0)).toBe(true)
    expect(leftOutScores.every(Number.isFinite)).toBe(true)
    expect(grow(rowsOf(3, 12)).leftOutScores.every(Number.isFinite)).toBe(true)
  })
})

import { expect, it } from 'vitest'
import { runAtOnce } from '../../concurrency/run-steps.ts'
import { createRandom } from '../random.ts'
import { kMeans, nearestCentre } from './k-means.ts'

it('finds the middles of groups that lie apart', () => {
  const random = createRandom(1)
  const middles = [
    [0, 0],
    [10, 0],
    [0, 10],
  ]
  const values = Float32Array.from(
    Array.from({ length: 300 }, (_, point) =>
      middles[point % 3]!.map((at) => at + random.nextGaussian()),
    ).flat(),
  )
  const centres = runAtOnce(kMeans({ values, dimensions: 2 }, 3, random))
  const rounded = [0, 1, 2].map((centre) =>
    [...centres.subarray(2 * centre, 2 * centre + 2)].map((at) => Math.round(at / 5) * 5 + 0),
  )
  expect(rounded.toSorted((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)).toEqual([
    [0, 0],
    [0, 10],
    [10, 0],
  ])
})

it('gives the means of two pairs worked by hand', () => {
  const values = Float32Array.of(0, 1, 10, 12)
  expect(
    [...runAtOnce(kMeans({ values, dimensions: 1 }, 2, createRandom(3)))].toSorted((a, b) => a - b),
  ).toEqual([0.5, 11])
})

it('makes no more clusters than there are distinct points', () => {
  expect([
    ...runAtOnce(kMeans({ values: Float32Array.of(2, 2, 2), dimensions: 1 }, 2, createRandom(1))),
  ]).toEqual([2])
})

it('is the same for the same seed', () => {
  const values = Float32Array.from({ length: 400 }, (_, index) => Math.sin(index * index))
  const centres = (seed: number) => runAtOnce(kMeans({ values, dimensions: 4 }, 5, createRandom(seed)))
  expect(centres(2)).toEqual(centres(2))
})

it('takes the nearest centre, the first of equally near ones', () => {
  const centres = Float32Array.of(0, 0, 2, 0, 0, 3)
  expect(nearestCentre(Float32Array.of(1, 0), centres)).toBe(0)
  expect(nearestCentre(Float32Array.of(1.1, 0), centres)).toBe(1)
  expect(nearestCentre(Float32Array.of(0, 5), centres)).toBe(2)
})

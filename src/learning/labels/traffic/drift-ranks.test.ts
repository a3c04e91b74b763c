import { expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { rankDrift } from './drift-ranks.ts'

it('ranks prompts by how unlike the labelled ones they are', () => {
  const random = createRandom(3)
  /** About one of two directions, apart from each other. */
  const near = (direction: 0 | 1) =>
    Float32Array.from({ length: 8 }, (_, at) => (at === direction ? 3 : 0) + 0.5 * random.nextGaussian())
  const reference = Array.from({ length: 200 }, () => near(0))
  const alike = rankDrift(
    reference,
    Array.from({ length: 200 }, () => near(0)),
  ) as number[]
  const mean = alike.reduce((sum, rank) => sum + rank, 0) / alike.length
  // Uniform ranks have the mean ½ ± .02; those of the reference depend on it too.
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.1)
  const unlike = rankDrift(
    reference,
    Array.from({ length: 50 }, () => near(1)),
  ) as number[]
  expect(Math.min(...unlike)).toBeGreaterThan(0.99)
  expect(rankDrift(reference, [null, new Float32Array(3), reference[0]!])).toEqual([null, null, 0])
  expect(rankDrift(reference.slice(0, 49), [near(1)])).toEqual([null])
})

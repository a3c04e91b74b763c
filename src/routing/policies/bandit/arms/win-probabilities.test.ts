import { expect, it } from 'vitest'
import { createRandom } from '../../../../base/math/random.ts'
import { writeWinProbabilities } from './win-probabilities.ts'

const probabilities = (means: number[], deviations: number[], able = means.map(() => true)) => {
  const target = new Float64Array(means.length).fill(7)
  writeWinProbabilities(means, deviations, (arm) => able[arm]!, target)
  return [...target]
}

it('of equal arms is the same', () => {
  expect(probabilities([0.5, 0.5, 0.5], [0.1, 0.1, 0.1])).toEqual(
    [1 / 3, 1 / 3, 1 / 3].map((each) => expect.closeTo(each, 12)),
  )
})

it('leaves out arms that are not able', () => {
  expect(probabilities([9, 0.5, 0.5], [0.1, 0.1, 0.1], [false, true, true])).toEqual([0, 0.5, 0.5])
  expect(probabilities([Number.NaN, 0.5], [0.1, 0.1], [false, true])).toEqual([0, 1])
})

it('is that of draws, within .02', () => {
  const random = createRandom(3)
  for (let trial = 0; trial < 20; trial++) {
    const count = 2 + random.nextInt(11)
    const means = Array.from({ length: count }, () => 0.3 * random.nextGaussian())
    const deviations = Array.from({ length: count }, () => 0.01 + 0.3 * random.next())
    const drawn = new Float64Array(count)
    for (let draw = 0; draw < 10_000; draw++) {
      const values = means.map((mean, arm) => mean + deviations[arm]! * random.nextGaussian())
      drawn[values.indexOf(Math.max(...values))]! += 1 / 10_000
    }
    const found = probabilities(means, deviations)
    expect(found.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12)
    for (const [arm, each] of found.entries()) expect(Math.abs(each - drawn[arm]!)).toBeLessThan(0.02)
  }
})

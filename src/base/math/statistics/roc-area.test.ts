import { expect, it } from 'vitest'
import { createRandom } from '../random.ts'
import { rocArea } from './roc-area.ts'

it('is the share of pairs in the right order, worked by hand', () => {
  // Pairs: 3 beats 1 and 2, 2 beats 1 and ties with 2: 3.5 of 4.
  expect(rocArea([3, 2, 1, 2], [true, true, false, false])?.area).toBe(3.5 / 4)
  // The positives' shares are 1 and 3/4, the negatives' are 1 and 3/4: variance (1/32)/2 + (1/32)/2.
  expect(rocArea([3, 2, 1, 2], [true, true, false, false])?.standardError).toBeCloseTo(Math.sqrt(1 / 32), 12)
  expect(rocArea([1, 1, 1, 1], [true, true, false, false])?.area).toBe(0.5)
})

it('is not there with one row of a kind', () => {
  expect(rocArea([1, 2, 3], [true, false, false])).toBeUndefined()
  expect(rocArea([], [])).toBeUndefined()
})

it('has the standard error that samples show', () => {
  const random = createRandom(1)
  const areas: number[] = []
  let variances = 0
  for (let sample = 0; sample < 400; sample++) {
    const isPositive = Array.from({ length: 80 }, (_, row) => row % 2 === 0)
    const scores = isPositive.map((is) => random.nextGaussian() + (is ? 1 : 0))
    const { area, standardError } = rocArea(scores, isPositive)!
    areas.push(area)
    variances += standardError ** 2 / 400
  }
  const mean = areas.reduce((sum, area) => sum + area, 0) / 400
  const spread = Math.sqrt(areas.reduce((sum, area) => sum + (area - mean) ** 2, 0) / 399)
  expect(Math.sqrt(variances) / spread).toBeGreaterThan(0.85)
  expect(Math.sqrt(variances) / spread).toBeLessThan(1.15)
})

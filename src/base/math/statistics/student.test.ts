import { expect, it } from 'vitest'
import { studentQuantile } from './student.ts'

it.each([
  // From the tables of Student's distribution, 97.5 %.
  [1, 12.7062],
  [2, 4.3027],
  [9, 2.2622],
  [27, 2.0518],
  [1e7, 1.96],
])('with %i degrees of freedom is %f', (degrees, expected) => {
  expect(studentQuantile(0.95, degrees)).toBeCloseTo(expected, 3)
})

it('falls as degrees rise, fractions included', () => {
  expect(studentQuantile(0.95, 4.5)).toBeLessThan(studentQuantile(0.95, 4))
  expect(studentQuantile(0.95, 4.5)).toBeGreaterThan(studentQuantile(0.95, 5))
})

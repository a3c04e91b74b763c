import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDollarPrice } from './dollar-price.ts'

it('rises while requests cost more than the ceiling, falls while they cost less, and ends at 0', () => {
  const price = createDollarPrice(0.01)
  const first = price.value
  price.add(0.02)
  expect(price.value).toBeCloseTo(first + 0.004, 12)
  price.add(0)
  expect(price.value).toBeCloseTo(first, 12)
  for (let count = 0; count < 1000; count++) price.add(0)
  expect(price.value).toBe(0)
})

it('bounds what was spent beyond the ceiling, whatever requests cost', () => {
  const dollars = fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(dollars, (spent) => {
      const price = createDollarPrice(0.01)
      const first = price.value
      for (const usd of spent) price.add(usd)
      fc.pre(price.value < 5)
      const mean = spent.reduce((sum, usd) => sum + usd, 0) / spent.length
      expect(mean).toBeLessThanOrEqual(0.01 * (1 + (price.value - first) / (0.004 * spent.length)) + 1e-12)
    }),
    { seed: 1, numRuns: 300 },
  )
})

it('does not grow without end where even the cheapest is too dear', () => {
  const price = createDollarPrice(0.01)
  for (let count = 0; count < 5000; count++) price.add(1)
  expect(price.value).toBe(5)
})

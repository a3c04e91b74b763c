import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFinder } from './first-above.ts'

it('finds the first setting above a value, however they are spread', () => {
  const numbers = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 1000 }).map((each) => each / 1000),
    fc.constantFrom(0, 1e-300, 0.5 + 1e-16, 1e6),
  )
  const values = fc.oneof(numbers, fc.constantFrom(-2e-9, 2e6))
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 30 }), fc.array(values), (drawn, more) => {
      const settings = drawn.toSorted((one, other) => one - other)
      const findFirstAbove = createFinder(settings)
      for (const value of [...more, ...settings]) {
        const above = settings.findIndex((setting) => setting > value)
        expect(findFirstAbove(value)).toBe(above === -1 ? settings.length : above)
      }
    }),
    { seed: 6 },
  )
})

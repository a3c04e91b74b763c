import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createInFlight, type InFlightEntry } from './in-flight.ts'

it('property: holds what was added and not removed, in any order of leaving', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(50))), (steps) => {
      const inFlight = createInFlight<InFlightEntry>()
      const expected: InFlightEntry[] = []
      for (const [isAddition, index] of steps) {
        if (isAddition || expected.length === 0) {
          const entry = { slot: -1 }
          inFlight.add(entry)
          expected.push(entry)
        } else inFlight.remove(expected.splice(index % expected.length, 1)[0]!)
        expect(inFlight.size).toBe(expected.length)
        expect(new Set(inFlight.entries())).toEqual(new Set(expected))
      }
    }),
    { seed: 7 },
  )
})

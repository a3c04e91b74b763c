import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestRows } from './nearest.ts'

describe('the nearest rows', () => {
  it('are those of a full sort, the earlier of equal ones first', () => {
    const similarities = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 40 })
    fc.assert(
      fc.property(similarities, fc.integer({ min: 0, max: 50 }), (values, wanted) => {
        const sorted = values.map((_, row) => row).sort((a, b) => values[b]! - values[a]! || a - b)
        expect(nearestRows(Float32Array.from(values), wanted)).toEqual(sorted.slice(0, wanted))
      }),
    )
  })
})

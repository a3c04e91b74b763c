import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../base/math/random.ts'
import { bootstrapInterval, pairedBootstrapInterval } from './bootstrap.ts'

const random = createRandom(5)
const values = Float64Array.from({ length: 400 }, () => random.nextGaussian())
const shifted = values.map((value) => value + 0.05)

function meanOf(rows: Float64Array): (counts: ArrayLike<number>) => number {
  return (counts) => rows.reduce((sum, value, row) => sum + value * counts[row]!, 0) / rows.length
}

describe('bootstrapInterval', () => {
  it('of a mean is about ±1.96 standard errors wide around it', () => {
    const [low, high] = bootstrapInterval(meanOf(values), { rows: 400, random: createRandom(1) })
    const mean = meanOf(values)(Array(400).fill(1))
    expect(low).toBeLessThan(mean)
    expect(high).toBeGreaterThan(mean)
    expect(high - low).toBeGreaterThan((2 * 1.96) / 20 - 0.03)
    expect(high - low).toBeLessThan((2 * 1.96) / 20 + 0.03)
  })

  it('is the same for the same seed and wider at a higher confidence', () => {
    const options = { rows: 400, resamples: 200 }
    const first = bootstrapInterval(meanOf(values), { ...options, random: createRandom(3) })
    expect(bootstrapInterval(meanOf(values), { ...options, random: createRandom(3) })).toEqual(first)
    expect(bootstrapInterval(meanOf(values), { ...options, random: createRandom(4) })).not.toEqual(first)
    const wide = bootstrapInterval(meanOf(values), { ...options, confidence: 0.99, random: createRandom(3) })
    expect(wide[1] - wide[0]).toBeGreaterThan(first[1] - first[0])
  })

  it('draws each resample with replacement, as many rows as there are', () => {
    const totals = new Set<number>()
    let repeated = 0
    bootstrapInterval(
      (counts) => {
        const drawn = Array.from(counts)
        totals.add(drawn.reduce((sum, count) => sum + count, 0))
        if (drawn.some((count) => count > 1)) repeated++
        return 0
      },
      { rows: 10, resamples: 50, random: createRandom(1) },
    )
    expect([...totals]).toEqual([10])
    expect(repeated).toBe(50)
  })

  it('draws again where a resample has no value, and gives up where most have none', () => {
    const withoutRow0 = (counts: ArrayLike<number>) => (counts[0] === 0 ? Number.NaN : 2)
    expect(bootstrapInterval(withoutRow0, { rows: 5, random: createRandom(1) })).toEqual([2, 2])
    expect(() => bootstrapInterval(() => Number.NaN, { rows: 5, random: createRandom(1) })).toThrow(
      expect.objectContaining({ code: 'too-few-rows' }),
    )
    expect(() => bootstrapInterval(() => 1, { rows: 0, random: createRandom(1) })).toThrow(
      expect.objectContaining({ code: 'too-few-rows' }),
    )
  })
})

describe('pairedBootstrapInterval', () => {
  it('sees a small constant difference that two separate intervals would hide', () => {
    const [low, high] = pairedBootstrapInterval(meanOf(shifted), meanOf(values), {
      rows: 400,
      random: createRandom(1),
    })
    expect(low).toBeCloseTo(0.05, 10)
    expect(high).toBeCloseTo(0.05, 10)
  })
})

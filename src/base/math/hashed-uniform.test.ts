import { describe, expect, it } from 'vitest'
import { hashedUniform } from './hashed-uniform.ts'

/** Ids as the gateway counts them. */
const ids = Array.from({ length: 20_000 }, (_, index) => `rllm-0123456789ab-${index.toString(36)}`)

describe('hashedUniform', () => {
  it('gives the same number for the same texts, and is in [0, 1)', () => {
    expect(hashedUniform('a', 'b')).toBe(hashedUniform('a', 'b'))
    expect(hashedUniform('ab', 'c')).not.toBe(hashedUniform('a', 'bc'))
    for (const text of ['', 'x', '北京 🙂', 'y'.repeat(10_000)]) {
      const value = hashedUniform('', text)
      expect(value >= 0 && value < 1).toBe(true)
    }
  })

  it('spreads ids that are counted evenly, and apart for each seed', () => {
    const [one, other] = ['shadow 1', 'shadow 2'].map((seed) => ids.map((id) => hashedUniform(seed, id)))
    // χ² of 100 cells has 99 degrees of freedom; 149 is the limit that chance passes once in a thousand times.
    const counts = new Array<number>(100).fill(0)
    const pairs = new Array<number>(100).fill(0)
    for (const [index, value] of one!.entries()) {
      counts[Math.floor(value * 100)]!++
      pairs[Math.floor(value * 10) * 10 + Math.floor(other![index]! * 10)]!++
    }
    const chiSquare = (cells: readonly number[]) =>
      cells.reduce((sum, count) => sum + (count - ids.length / 100) ** 2 / (ids.length / 100), 0)
    expect(chiSquare(counts)).toBeLessThan(149)
    expect(chiSquare(pairs)).toBeLessThan(149)
    // Neighbours are independent: their products have the mean ¼ ± 4 · √(7/144 / n).
    const products = one!.slice(1).map((value, index) => value * one![index]!)
    const mean = products.reduce((sum, value) => sum + value, 0) / products.length
    expect(Math.abs(mean - 0.25)).toBeLessThan(4 * Math.sqrt(7 / 144 / products.length))
  })
})

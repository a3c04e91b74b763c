import { describe, expect, it } from 'vitest'
import { createRandom, mixUint32 } from './random.ts'

function draw<T>(count: number, next: () => T): T[] {
  return Array.from({ length: count }, next)
}

describe('createRandom', () => {
  // Computed by an independent implementation of sfc32 and SplitMix32 in Python.
  it.each([
    [0, [0.24271832414026662, 0.16775718889278024, 0.44341758038612167]],
    [1, [0.4494886656596704, 0.6713631300590054, 0.6355101557141939]],
    [42, [0.16201694093166674, 0.2717169632963675, 0.008868497878503745]],
    [-1, [0.46221328969108644, 0.3682670970122883, 0.08706120650807181]],
    [2 ** 40 + 7, [0.8197885561784704, 0.6887428193029029, 0.0026545552880657963]],
  ])('gives the reference stream for seed %i', (seed, expected) => {
    expect(draw(3, createRandom(seed).next)).toEqual(expected)
  })

  it('gives the reference normals', () => {
    const expected = [-0.8140416486838961, 0.5042458444584602, -1.750388108655145, -0.2093425676132251]
    draw(4, createRandom(42).nextGaussian).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index]!, 14)
    })
  })

  it('takes integers from the same words, without the bias of a remainder', () => {
    expect(draw(6, () => createRandom(42).nextInt(10))).toEqual(Array(6).fill(8))
    const random = createRandom(42)
    expect(draw(6, () => random.nextInt(10))).toEqual([8, 2, 2, 2, 2, 3])
    const counts = new Int32Array(3)
    for (let i = 0; i < 30_000; i++) counts[random.nextInt(3)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(300)
  })

  it('redraws what a remainder would make too likely', () => {
    // 3·2³⁰ leaves the top quarter of the words over; the second word of seed 42, 3046671632, is below, and
    // below = 3 000 000 000 rejects it.
    const random = createRandom(42)
    expect([random.nextInt(3_000_000_000), random.nextInt(3_000_000_000)]).toEqual([695857468, 1167015482])
  })

  it('draws normals of mean 0 and variance 1', () => {
    const random = createRandom(7)
    let sum = 0
    let squares = 0
    for (let i = 0; i < 100_000; i++) {
      const value = random.nextGaussian()
      sum += value
      squares += value * value
    }
    expect(Math.abs(sum / 100_000)).toBeLessThan(0.01)
    expect(Math.abs(squares / 100_000 - 1)).toBeLessThan(0.015)
  })

  it('refuses seeds and ranges that are no whole numbers', () => {
    expect(() => createRandom(0.5)).toThrow(expect.objectContaining({ code: 'invalid-seed' }))
    expect(() => createRandom(Number.NaN)).toThrow(expect.objectContaining({ code: 'invalid-seed' }))
    expect(() => createRandom(1).nextInt(0)).toThrow(
      expect.objectContaining({ code: 'invalid-random-range' }),
    )
  })
})

describe('mixUint32', () => {
  it('is a bijection on a sample and keeps 0', () => {
    expect(mixUint32(0)).toBe(0)
    expect(new Set(Array.from({ length: 10_000 }, (_, index) => mixUint32(index))).size).toBe(10_000)
  })
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { loadBuiltinEmbedder } from './embedder.ts'
import { decodeFeatures, encodeFeatures } from './features.ts'

it('is the vector again, each number off by at most 1/254 of the largest', () => {
  const number = fc.integer({ min: -5000, max: 5000 }).map((thousandths) => thousandths / 1000)
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), (numbers) => {
      const vector = Float32Array.from(numbers)
      const decoded = decodeFeatures(encodeFeatures(vector))!
      expect(decoded).toHaveLength(vector.length)
      const most = Math.max(...vector.map(Math.abs))
      for (const [at, value] of vector.entries())
        expect(Math.abs(decoded[at]! - value)).toBeLessThanOrEqual(most / 254 + most * 1e-6)
    }),
    { seed: 1 },
  )
})

it('keeps zeros, signs and ends', () => {
  expect(decodeFeatures(encodeFeatures(Float32Array.of(0, 0)))).toEqual(Float32Array.of(0, 0))
  expect(decodeFeatures(encodeFeatures(Float32Array.of(-1.27, 1.27, 0.01, 0)))).toEqual(
    Float32Array.of(-1.27, 1.27, 0.01, 0),
  )
})

it('keeps the vector of a prompt: the angle is off by less than 1.5 degrees', async () => {
  const embedder = await loadBuiltinEmbedder()
  for (const text of ['Prove that there are infinitely many primes.', 'Hi', 'Write a haiku about rain.']) {
    const vector = embedder.embedNow(text)
    const kept = encodeFeatures(vector)
    const decoded = decodeFeatures(kept)!
    const dot = vector.reduce((sum, value, at) => sum + value * decoded[at]!, 0)
    expect(dot / (Math.hypot(...vector) * Math.hypot(...decoded))).toBeGreaterThan(
      Math.cos((1.5 * Math.PI) / 180),
    )
    expect(kept.length).toBeLessThanOrEqual(4 * Math.ceil((embedder.dimensions + 6) / 3))
  }
})

it.each([
  ['nothing', ''],
  ['no vector', Buffer.of(1, 2, 0, 0, 0, 0).toString('base64')],
  ['another layout', Buffer.of(9, 2, 0, 0, 128, 63, 1).toString('base64')],
  ['vectors of another release', Buffer.of(1, 9, 0, 0, 128, 63, 1).toString('base64')],
  ['an endless scale', Buffer.of(1, 2, 0, 0, 128, 127, 1).toString('base64')],
])('reads none of %s', (_what, text) => {
  expect(decodeFeatures(text)).toBeNull()
})

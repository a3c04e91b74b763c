import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { routerContract } from '../../../testing/router/router-contract.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { createRandomRouter } from './router.ts'

const texts = Array.from({ length: 20_000 }, (_, index) => `prompt ${index}`)

function winRates(seed: number): number[] {
  const router = createRandomRouter({ seed })
  return texts.map((text) => router.strongWinRate(promptFromText(text)))
}

describe('random', async () => {
  for (const { name, run } of await routerContract(() => createRandomRouter({ seed: 7 }))) it(name, run)

  it('gives a prompt the same number on every machine and in every version', () => {
    const router = createRandomRouter({ seed: 42 })
    expect(['', 'a', 'What is 17*23?'].map((text) => router.strongWinRate(promptFromText(text)))).toEqual([
      0.5015853884570862, 0.5193484357621762, 0.31290281658850305,
    ])
  })

  it('is uniform: every tenth of [0, 1) holds a tenth of the prompts', () => {
    const tenths = new Int32Array(10)
    for (const winRate of winRates(1)) tenths[Math.floor(winRate * 10)]!++
    // Standard deviation √(20000 · .1 · .9) = 42
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(170)
  })

  it('routes other prompts with another seed, neighbours and negative ones included', () => {
    const one = winRates(1)
    for (const seed of [0, 2, -1, 2 ** 40 + 1]) {
      const other = winRates(seed)
      const agreeing = one.filter((winRate, index) => winRate >= 0.5 === other[index]! >= 0.5).length
      // Standard deviation √(20000 · .25) = 71
      expect(Math.abs(agreeing - 10_000)).toBeLessThan(290)
    }
  })

  it('moves with every character of a text of up to 4,096', () => {
    const router = createRandomRouter({ seed: 1 })
    const text = fc.string({ minLength: 1, maxLength: 4096, unit: 'binary' })
    fc.assert(
      fc.property(text, fc.nat(), (value, at) => {
        const place = at % value.length
        const flipped = String.fromCharCode(value.charCodeAt(place) ^ 1)
        const changed = value.slice(0, place) + flipped + value.slice(place + 1)
        fc.pre(changed.length <= 4096)
        expect(router.strongWinRate(promptFromText(changed))).not.toBe(
          router.strongWinRate(promptFromText(value)),
        )
      }),
      { seed: 8, numRuns: 30 },
    )
  })

  it('reads the ends and the length of a longer text', () => {
    const router = createRandomRouter({ seed: 1 })
    const score = (text: string) => router.strongWinRate(promptFromText(text))
    const long = 'x'.repeat(8_000_000)
    expect(
      new Set([score(long), score(`${long}x`), score(`y${long.slice(1)}`), score(`${long.slice(1)}y`)]).size,
    ).toBe(4)
  })

  it('needs a whole number for a seed', () => {
    expect(() => createRandomRouter({ seed: 1.5 })).toThrow(expect.objectContaining({ code: 'invalid-seed' }))
  })
})

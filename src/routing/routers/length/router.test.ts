import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { routerContract } from '../../../testing/router/router-contract.ts'
import { thresholdForStrongFraction } from '../../calibration/threshold.ts'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { promptLengthQuantiles } from './calibration.ts'
import { createLengthRouter } from './router.ts'

const router = createLengthRouter()

function winRateOf(text: string): number {
  return router.strongWinRate(promptFromText(text))
}

describe('length', async () => {
  for (const { name, run } of await routerContract(() => createLengthRouter())) it(name, run)

  it('gives the median public prompt 0.5', () => {
    expect(promptLengthQuantiles[100]).toBe(194)
    expect(winRateOf('x'.repeat(194))).toBe(0.5)
  })

  it('follows its formula', () => {
    expect([promptLengthQuantiles[50], promptLengthQuantiles[150]]).toEqual([119, 382])
    const steepness = (2 * Math.log(3)) / Math.log(383 / 120)
    for (const length of [0, 10, 1000, 50_000]) {
      const expected = 1 / (1 + (195 / (1 + length)) ** steepness)
      expect(winRateOf('x'.repeat(length))).toBeCloseTo(expected, 12)
    }
  })

  it('never falls as a prompt grows, and rises for every character up to 100,000', () => {
    let before = -1
    let rises = 0
    const text = 'x'.repeat(100_000)
    for (let length = 0; length <= 100_000; length++) {
      const winRate = winRateOf(text.slice(0, length))
      if (winRate > before) rises++
      before = winRate
    }
    expect(rises).toBe(100_001)
    expect(winRateOf('x'.repeat(8_000_000))).toBeGreaterThan(before)
    expect(winRateOf('x'.repeat(8_000_000))).toBeLessThanOrEqual(1)
  })

  it('orders any two prompts by their UTF-16 length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(Math.sign(winRateOf(one) - winRateOf(other))).toBe(Math.sign(one.length - other.length))
      }),
      { seed: 7 },
    )
    expect(winRateOf('👍')).toBe(winRateOf('ab'))
  })

  it('does not count the instructions around a prompt', () => {
    expect(router.strongWinRate({ text: 'Hi', system: 'x'.repeat(1000) })).toBe(winRateOf('Hi'))
  })

  it('knows the threshold for a share of strong calls on public prompts', () => {
    const threshold = thresholdForStrongFraction(router.winRateQuantiles, 0.2)
    const strong = promptLengthQuantiles.filter((length) => winRateOf('x'.repeat(length)) >= threshold)
    expect(strong.length / promptLengthQuantiles.length).toBeCloseTo(0.2, 2)
  })

  it('explains itself by the length alone', () => {
    const explanation = router.explain(promptFromText('x'.repeat(1000)))
    expect(explanation.contributions).toEqual([
      {
        feature: 'length',
        value: 1000,
        effect: expect.closeTo(Math.log(explanation.strongWinRate / (1 - explanation.strongWinRate)), 9),
      },
    ])
    expect(router.explain(promptFromText('Hi')).contributions[0]?.effect).toBeLessThan(0)
  })
})

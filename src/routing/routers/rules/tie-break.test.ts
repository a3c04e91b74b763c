import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { promptFromText } from '../../prompts/routed-prompt.ts'
import { createRulesRouter } from './router.ts'
import { createTieBreak } from './tie-break.ts'

const winRates = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })

describe('a tie of rules', () => {
  it('is broken by length: the longer prompt has the higher win rate', () => {
    const router = createRulesRouter({ rules: [{ minCharacters: 3, strongWinRate: 0.8 }], otherwise: 0.2 })
    const of = (length: number) => router.strongWinRate(promptFromText('x'.repeat(length)))
    for (const [shorter, longer] of [
      [0, 1],
      [3, 4],
      [100, 101],
      [99_999, 100_000],
    ] as const)
      expect(of(longer)).toBeGreaterThan(of(shorter))
    expect(of(100)).toBeCloseTo(0.8, 3)
    expect(of(1)).toBeCloseTo(0.2, 3)
  })

  it('never gets below its rule, nor to the win rate of another rule, nor above 1', () => {
    fc.assert(
      fc.property(winRates, fc.nat(8_000_000), fc.nat(8_000_000), (values, one, other) => {
        const breakTie = createTieBreak(values)
        for (const value of values) {
          const [low, high] = [one, other].sort((a, b) => a - b).map((length) => breakTie(value, length))
          expect(low).toBeGreaterThanOrEqual(value)
          expect(high).toBeGreaterThanOrEqual(low!)
          expect(high).toBeLessThanOrEqual(Math.min(1, value + 1e-4))
          for (const next of values) if (next > value) expect(high).toBeLessThanOrEqual(next)
        }
      }),
      { seed: 4 },
    )
  })

  it('leaves 1 as it is', () => {
    expect(createTieBreak([1, 0.5])(1, 1000)).toBe(1)
  })

  it('is part of the explanation, whose effects sum to the log-odds', () => {
    const router = createRulesRouter({ rules: [{ minCharacters: 3, strongWinRate: 0.75 }] })
    const { contributions, strongWinRate } = router.explain(promptFromText('x'.repeat(50)))
    expect(contributions.map(({ feature }) => feature)).toEqual([
      'rule 1 (at least 3 characters)',
      'length (breaks ties)',
    ])
    const sum = contributions.reduce((all, { effect }) => all + effect, 0)
    expect(sum).toBeCloseTo(Math.log(strongWinRate / (1 - strongWinRate)), 12)
    expect(strongWinRate).toBe(router.strongWinRate(promptFromText('x'.repeat(50))))
  })
})

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLabel, strongWinRateOfLogits } from './labels.ts'

const file = fileURLToPath(new URL('../../../../../test/golden/head_cases.json', import.meta.url))
const golden: { causal_llm: { logits: number[]; win_rate: number }[] } = JSON.parse(
  readFileSync(file, 'utf8'),
)

describe('strongWinRateOfLogits', () => {
  it('agrees with the reference to 1e-9', () => {
    expect(golden.causal_llm).toHaveLength(10)
    for (const { logits, win_rate } of golden.causal_llm)
      expect(Math.abs(strongWinRateOfLogits(logits) - win_rate)).toBeLessThan(1e-9)
  })

  it('by hand: three equal labels below 4 of five', () => {
    expect(strongWinRateOfLogits([0, 0, 0, 0, 0])).toBeCloseTo(3 / 5, 15)
    expect(strongWinRateOfLogits([-Infinity, -Infinity, -Infinity, 0, Math.log(3)])).toBe(0)
    expect(strongWinRateOfLogits([0, -Infinity, -Infinity, -Infinity, -Infinity])).toBe(1)
  })

  it('does not change with what all logits have in common, and stays in [0, 1]', () => {
    const logits = fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(logits, fc.double({ min: -700, max: 700, noNaN: true }), (five, shift) => {
        const winRate = strongWinRateOfLogits(five)
        expect(winRate).toBeGreaterThanOrEqual(0)
        expect(winRate).toBeLessThanOrEqual(1)
        expect(strongWinRateOfLogits(five.map((logit) => logit + shift))).toBeCloseTo(winRate, 9)
      }),
    )
  })
})

describe('findLabel', () => {
  it.each<[string, number, number]>([
    ['[[4]]', 4, 2],
    ['[[ 2 ]]', 2, 3],
    ['I would say [[3]] or [[5]]', 3, 14],
    ['<|start_header_id|>assistant<|end_header_id|>\n\n[[1]]', 1, 49],
    ['[[5', 5, 2],
    ['4', 4, 0],
    ['**4**', 4, 2],
    ['Label: 4.', 4, 7],
    ['Score: 2/5', 2, 7],
    ['3 out of 5', 3, 0],
    [' [2] ', 2, 2],
  ])('%j is label %i', (answer, label, index) => {
    expect(findLabel(answer)).toEqual({ label, index })
  })

  it.each([
    '',
    'Sure! Here is',
    '[[6]]',
    '[[45]]',
    '[[4.5]]',
    '4.5',
    '45',
    '-4',
    '1. The request asks',
    '4 because 3 facts',
    '2 or 3',
    '4%',
    'GPT4',
    '４',
  ])('%j has none', (answer) => {
    expect(findLabel(answer)).toBeUndefined()
  })
})

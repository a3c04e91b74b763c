import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { labelTokens } from '../../../../../test/support/servers/logprob-server.ts'
import type { GeneratedAnswer } from './generated-answer.ts'
import { labelProbabilities } from './label-probabilities.ts'
import { strongWinRateOfLogits } from './labels.ts'

type Listed = Readonly<Record<string, number>>

/** An answer of tokens, each given with the probabilities of its alternatives, its own first. */
function answer(...tokens: readonly Listed[]): GeneratedAnswer {
  return {
    text: tokens.map((listed) => Object.keys(listed)[0]).join(''),
    tokens: tokens.map((listed) => ({
      text: Object.keys(listed)[0] ?? '',
      alternatives: Object.entries(listed).map(([text, p]) => ({ text, logprob: Math.log(p) })),
    })),
    answerStart: 0,
    thought: false,
  }
}

const rounded = (probabilities: readonly number[] | undefined) =>
  probabilities?.map((probability) => Number(probability.toFixed(12)))

// Keys that are whole numbers would be put first by JavaScript, so digits are written with a mark where order counts.
const all = { '4]': 0.4, '3]': 0.2, '2]': 0.1, '5]': 0.1, '1]': 0.1 }
const renormalised = [1 / 9, 1 / 9, 2 / 9, 4 / 9, 1 / 9].map((p) => Number(p.toFixed(12)))

describe('labelProbabilities', () => {
  it('renormalises over the five labels at the deciding token', () => {
    expect(rounded(labelProbabilities(answer({ '[[': 1 }, all, { ']': 1 })))).toEqual(renormalised)
    expect(rounded(labelProbabilities(answer({ '[[': 1 }, { ...all, The: 0.1 })))).toEqual(renormalised)
  })

  it('takes a label that is one special token, after the head of the turn', () => {
    const special = {
      '[[4]]': 0.4,
      '[[3]]': 0.2,
      '[[2]]': 0.1,
      '[[5]]': 0.1,
      '[[1]]': 0.1,
      '<|eot_id|>': 0.1,
    }
    const head = ['<|start_header_id|>', 'assistant', '<|end_header_id|>', '\n\n'].map((text) => ({
      [text]: 1,
    }))
    expect(rounded(labelProbabilities(answer(...head, special)))).toEqual(renormalised)
  })

  it('takes a bare digit, and the digit in brackets taken apart', () => {
    const bare = { ' 4': 0.4, ' 3': 0.2, ' 2': 0.1, ' 5': 0.1, ' 1': 0.1, ' four': 0.1 }
    expect(rounded(labelProbabilities(answer({ 'Label:': 1 }, bare)))).toEqual(renormalised)
    expect(rounded(labelProbabilities(answer({ '[': 1 }, { '[': 1 }, all, { ']': 1 })))).toEqual(renormalised)
  })

  it('adds alternatives that mean the same label and leaves out those that mean none', () => {
    const listed = {
      '4]': 0.3,
      ' 4': 0.2,
      '4]]': 0.1,
      '3]': 0.1,
      '2]': 0.1,
      '5]': 0.05,
      '1]': 0.05,
      '45]': 0.05,
      '6]': 0.05,
    }
    const probabilities = labelProbabilities(answer({ '[[': 1 }, listed))
    expect(rounded(probabilities)).toEqual(
      [0.05, 0.1, 0.1, 0.6, 0.05].map((p) => Number((p / 0.9).toFixed(12))),
    )
  })

  it('judges an alternative by what stands before it', () => {
    // v4 is no label, and of `3.` the 3 was there before.
    const places = { '[[4]]': 0.6, '[[2]]': 0.2, '4': 0.1, '.': 0.1 }
    const of = (before: string) =>
      labelProbabilities({
        text: '',
        tokens: [
          { text: before, alternatives: [] },
          {
            text: '[[4]]',
            alternatives: Object.entries(places).map(([text, p]) => ({ text, logprob: Math.log(p) })),
          },
        ],
        answerStart: 0,
        thought: false,
      })
    for (const before of ['v', '3 ']) expect(rounded(of(before))).toEqual([0, 0.25, 0, 0.75, 0])
  })

  it('decides by the first label', () => {
    const later = { '1]': 0.9, '5]': 0.1 }
    expect(
      rounded(labelProbabilities(answer({ '[[': 1 }, all, { '] or [[': 1 }, later, { ']': 1 }))),
    ).toEqual(renormalised)
  })

  it('gives a label that is not listed the most it can have: no more than the least listed', () => {
    // Listed: .5, .3, .1; left .1 for two labels would be .05 each, and the least listed is .02.
    const listed = { '4]': 0.5, '3]': 0.36, '5]': 0.02 }
    const [one, two, three, four, five] = labelProbabilities(answer({ '[[': 1 }, listed)) ?? []
    const total = 0.5 + 0.36 + 0.02 + 2 * 0.02
    expect([one, two, three, four, five].map((p) => p! * total)).toEqual(
      [0.02, 0.02, 0.36, 0.5, 0.02].map((p) => expect.closeTo(p, 12)),
    )
  })

  it('… and no more than its part of what is left of 1', () => {
    const listed = { '4]': 0.5, '3]': 0.4, '5]': 0.08 } // left: .02 for two labels
    const total = 1
    expect(labelProbabilities(answer({ '[[': 1 }, listed))?.map((p) => p * total)).toEqual(
      [0.01, 0.01, 0.4, 0.5, 0.08].map((p) => expect.closeTo(p, 12)),
    )
  })

  it('gives nothing to a label that is not listed where nothing is left', () => {
    expect(labelProbabilities(answer({ '[[': 1 }, { '4]': 0.75, '2]': 0.25 }))).toEqual([0, 0.25, 0, 0.75, 0])
  })

  it('bounds the win rate: with the unlisted at 0 and at their most it lies on either side of the truth', () => {
    const five = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(five, fc.integer({ min: 2, max: 4 }), (logits, kept) => {
        const tokens = labelTokens(logits).map(({ token, top }, index) => ({
          text: token,
          alternatives: top
            .slice(0, index === 1 ? kept : top.length)
            .map(([text, logprob]) => ({ text, logprob })),
        }))
        const whole = strongWinRateOfLogits(logits)
        const given = labelProbabilities({ text: '', tokens, answerStart: 0, thought: false })!
        const listed = tokens[1]!.alternatives.filter(({ text }) => /\d/.test(text))
        const label = (text: string) => Number(text) - 1
        const atNone = [0, 0, 0, 0, 0].map((_, index) =>
          listed.reduce((sum, each) => sum + (label(each.text) === index ? Math.exp(each.logprob) : 0), 0),
        )
        const extreme = (side: (index: number) => boolean) =>
          strongWinRateOfLogits(
            atNone.map((p, index) =>
              Math.log(p > 0 ? p : side(index) ? Math.exp(tokens[1]!.alternatives.at(-1)!.logprob) : 0),
            ),
          )
        const low = extreme((index) => index >= 3)
        const high = extreme((index) => index < 3)
        for (const winRate of [whole, strongWinRateOfLogits(given.map(Math.log))]) {
          expect(winRate).toBeGreaterThanOrEqual(low - 1e-12)
          expect(winRate).toBeLessThanOrEqual(high + 1e-12)
        }
      }),
    )
  })

  it('has none of an answer without a label, or without alternatives where it decides', () => {
    expect(labelProbabilities(answer({ Sure: 0.5, '[[': 0.5 }, { '!': 1 }))).toBeUndefined()
    const silent = answer({ '[[': 1 }, all)
    const tokens = [silent.tokens[0]!, { text: '4', alternatives: [] }]
    expect(labelProbabilities({ ...silent, tokens })).toBeUndefined()
  })

  it('agrees with the reference through alternatives, to 1e-9', () => {
    const file = fileURLToPath(new URL('../../../../../test/golden/head_cases.json', import.meta.url))
    const golden: { causal_llm: { logits: number[]; win_rate: number }[] } = JSON.parse(
      readFileSync(file, 'utf8'),
    )
    for (const { logits, win_rate } of golden.causal_llm) {
      const tokens = labelTokens(logits).map(({ token, top }) => ({
        text: token,
        alternatives: top.map(([text, logprob]) => ({ text, logprob })),
      }))
      const probabilities = labelProbabilities({ text: '', tokens, answerStart: 0, thought: false })
      expect(Math.abs(strongWinRateOfLogits(probabilities!.map(Math.log)) - win_rate)).toBeLessThan(1e-9)
    }
  })
})

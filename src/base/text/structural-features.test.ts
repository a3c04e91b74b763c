import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTextMeasurer, structuralFeatures } from './structural-features.ts'

const measure = createTextMeasurer()

function features(text: string): Record<string, number> {
  const measured = measure(text)
  return Object.fromEntries(structuralFeatures.map((feature) => [feature.name, feature.measure(measured)]))
}

describe('structural features', () => {
  it('of a multiple-choice question, worked by hand', () => {
    const question = 'Which of these is NOT a prime number?'
    expect(features(`${question}\nA. the number 7\nB. the number 91\nC. none`)).toMatchObject({
      length: 78,
      'question length': question.length + 1,
      lines: 4,
      numbers: 2,
      sentences: 1,
      'question marks': 1,
      'question words': 1,
      // "NOT" and "none"
      negations: 2,
      'answer options': 3,
      // the number 7 / the number 91 / none
      'words per answer option': 7 / 3,
      'answer options, words shared': 2 / 7,
      // "number" twice
      'answer options, words of the question': 2 / 7,
    })
  })

  it('of a word problem, worked by hand', () => {
    expect(
      features(
        'Tom has 12 apples. First he eats half, then he sells 1,000 for $2.50 each. How many dollars?',
      ),
    ).toMatchObject({
      sentences: 3,
      numbers: 3,
      'long numbers': 1,
      decimals: 1,
      'dollar signs': 1,
      'step words': 2,
      'quantity words': 1,
      'units of measure': 1,
      quantifiers: 2,
      'explanation words': 1,
      'answer options': 0,
    })
  })

  it('do not count a word that one option repeats as shared', () => {
    expect(features('Good?\nA. very very bad\nB. not bad')['answer options, words shared']).toBe(1 / 5)
  })

  it('of no text are all zero', () => {
    expect(Object.values(features('')).every((value) => value === 0)).toBe(true)
  })

  it('have distinct names, and between 30 and 60 of them', () => {
    const names = structuralFeatures.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length).toBeGreaterThanOrEqual(30)
    expect(names.length).toBeLessThanOrEqual(60)
  })

  it('are finite and not negative on any text, shares at most 1', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    )
    fc.assert(
      fc.property(text, (sample) => {
        const wrong = Object.entries(features(sample)).filter(
          ([name, value]) => !(value >= 0 && value <= (name.includes('share') ? 1 : Number.MAX_VALUE)),
        )
        expect(wrong).toEqual([])
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('are the same whatever was measured before', () => {
    const before = features('A. x\nB. y')
    features('something else entirely, 12 times '.repeat(400))
    expect(features('A. x\nB. y')).toEqual(before)
  })
})

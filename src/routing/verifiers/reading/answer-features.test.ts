import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WeakAnswer } from '../verifier.ts'
import { answerFeatureNames, measureAnswer } from './answer-features.ts'
import { readCharacters, readText } from './read-text.ts'

function featuresOf(answer: WeakAnswer): Record<string, number> {
  const values = measureAnswer(answer).features
  return Object.fromEntries(answerFeatureNames.map((name, place) => [name, values[place]!]))
}

const options = 'Which is the capital of France?\nA. Lyon\nB. Paris\nC. Nice'
const sum = 'Ann has 3 boxes of 4 pens and loses 2. How many pens has she?'

describe('features of an answer', () => {
  it.each<[WeakAnswer, Record<string, number>]>([
    [
      { prompt: sum, answer: '3 * 4 = 13, and 13 - 2 = 11.\n#### 11' },
      {
        'an equation does not hold': 1,
        'share of equations that do not hold': 0.5,
        'last equation does not hold': 0,
        'result behind hashes': 1,
        'result is that of the last equation': 1,
        'prompt numbers not used': 0,
      },
    ],
    [
      { prompt: sum, answer: '3 * 4 = 12 pens.' },
      { 'an equation does not hold': 0, 'prompt numbers not used': Math.log1p(1), 'no stated result': 1 },
    ],
    [
      { prompt: sum, answer: 'She has 2.5 pens. The answer is 2.5' },
      { 'asks how many, result is no integer': 1, 'result is no integer': 1 },
    ],
    [
      { prompt: options, answer: 'It is Paris. The answer is (C).' },
      {
        options: 3,
        'no option chosen': 0,
        'chosen option is mentioned': 0,
        'another option is mentioned': 1,
        'place of the option': 2 / 3,
      },
    ],
    [
      { prompt: options, answer: 'It is Paris. The answer is (B).' },
      { 'chosen option is mentioned': 1, 'another option is mentioned': 0 },
    ],
    [{ prompt: options, answer: 'I do not know.' }, { 'no option chosen': 1 }],
    [
      { prompt: 'How far?\nA. 10 m\nB. 20 m', answer: 'It is 12 m, nearest 20. So 12. The answer is B' },
      { 'last number is nearer to another option': 1, 'last number is the option': 0 },
    ],
    [
      { prompt: 'Say it.', answer: 'The answer is 4. Wait, the answer is 5.' },
      { 'stated results disagree': 1, corrections: Math.log1p(1) },
    ],
    [
      { prompt: 'Give JSON with "city" and "zip".', answer: '{"city": "Bonn"}' },
      { 'has an object': 1, 'object does not parse': 0, 'names of the prompt in the object': 0.5 },
    ],
    [
      { prompt: 'Give JSON.', answer: '{"city": "Bonn", }' },
      { 'object does not parse': 1, 'asks for JSON and has none': 1 },
    ],
    [
      { prompt: 'Code?', answer: '```js\nf("a\n)))\n' },
      { 'open code block': 1, 'strings do not close': Math.log1p(1), 'code does not close': Math.log1p(2) },
    ],
    [
      { prompt: 'Why?', answer: 'Because of the' },
      { 'ends on a letter': 1, 'ends on a stop': 0 },
    ],
    [{ prompt: 'Why?', answer: 'It is so.\nIt is so.\nIt is so.' }, { 'repeated lines': 2 / 3 }],
    [{ prompt: 'Why?', answer: '  ' }, { 'no answer': 1 }],
  ])('%j', (answer, expected) => {
    const found = featuresOf(answer)
    for (const [name, value] of Object.entries(expected)) expect(found[name], name).toBeCloseTo(value, 12)
  })

  it('says nothing of what an answer does not have', () => {
    const found = featuresOf({ prompt: 'Why is it so?', answer: 'Because.' })
    for (const name of ['options', 'mean log probability', 'samples agree', 'size of the result'])
      expect(found[name], name).toBeNaN()
  })

  it('reads log probabilities and further answers', () => {
    const found = featuresOf({
      prompt: sum,
      answer: '#### 10',
      tokenLogprobs: [-0.5, -2.5, 0, Number.NEGATIVE_INFINITY],
      samples: ['The answer is 10.', '#### 11'],
    })
    expect(found['mean log probability']).toBeCloseTo(-23 / 4, 12)
    expect(found['lowest log probability']).toBe(-20)
    expect(found['tokens below -1']).toBe(0.5)
    expect(found['samples agree']).toBe(0.5)
    expect(found['distinct samples']).toBe(1)
  })

  it('is a number or NaN, never infinite, for any texts', () => {
    const text = fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }))
    fc.assert(
      fc.property(text, text, (prompt, answer) => {
        const values = measureAnswer({ prompt, answer }).features
        expect(values).toHaveLength(answerFeatureNames.length)
        for (const value of values) expect(Math.abs(value)).not.toBe(Number.POSITIVE_INFINITY)
      }),
      { seed: 13 },
    )
  })
})

describe('a long text', () => {
  it('is read at its beginning and its end', () => {
    const { length, text } = readText(`begin ${'middle '.repeat(10_000)} end`)
    expect(length).toBe(70_010)
    expect(text.length).toBeLessThanOrEqual(readCharacters + 1)
    expect(text).toMatch(/^begin .* end$/s)
  })

  it.each([
    '(',
    '[{',
    '"',
    '\\boxed{',
    '#### 1\n',
    'answer is 1 ',
    '1+',
    '```\n',
    '1,111',
    '"answer": "\\',
    '\n',
    '=1',
  ])('of only %j takes no more time than another', (unit) => {
    const answer = unit.repeat(Math.ceil(100_000 / unit.length))
    const begin = performance.now()
    featuresOf({ prompt: answer, answer })
    expect(performance.now() - begin).toBeLessThan(1_000)
  })
})

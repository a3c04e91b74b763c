import { describe, expect, it } from 'vitest'
import { parseAnsweredPrompt } from './answered-prompts.ts'

const parse = (row: unknown) => parseAnsweredPrompt(row, 'answers.jsonl line 3')

describe('parseAnsweredPrompt', () => {
  it('reads prompt, answers and reference, and keeps the other columns', () => {
    const row = { prompt: 'p', answers: { a: 'one', b: '' }, reference: 42, synthetic: true, origin: 'o' }
    expect(parse(row)).toEqual({
      prompt: 'p',
      answers: { a: 'one', b: '' },
      reference: '42',
      others: { synthetic: true, origin: 'o' },
      place: 'answers.jsonl line 3',
    })
  })

  it('leaves out columns of other labels, which the new ones must not be mixed up with', () => {
    const row = { prompt: 'p', answers: { a: 'one' }, scores: { a: 1 }, winner: 'model_a', reference: null }
    expect(parse(row)).toMatchObject({ others: {} })
    expect(parse(row)).not.toHaveProperty('reference')
  })

  it.each([
    [3, 'is 3'],
    [{ answers: { a: 'x' } }, 'a string in "prompt"'],
    [{ prompt: 'p' }, 'an object of answers by model in "answers", got nothing'],
    [{ prompt: 'p', answers: ['x'] }, 'an object of answers'],
    [{ prompt: 'p', answers: {} }, 'has no answer'],
    [{ prompt: 'p', answers: { a: 3 } }, 'has 3 as the answer of the model "a"'],
    [{ prompt: 'p', answers: { '': 'x' } }, 'the model ""'],
    [{ prompt: 'p', answers: { a: 'x' }, reference: [1] }, 'a text or a number in "reference"'],
  ])('refuses %j', (row, words) => {
    expect(() => parse(row)).toThrow(
      expect.objectContaining({
        code: 'invalid-row',
        message: expect.stringMatching(/^answers\.jsonl line 3 /),
      }),
    )
    expect(() => parse(row)).toThrow(words)
  })
})

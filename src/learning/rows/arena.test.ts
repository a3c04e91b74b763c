import { describe, expect, it } from 'vitest'
import { parseArenaBattle } from './arena.ts'
import { parsePreference } from './preferences.ts'

const models = { model_a: 'gpt-4', model_b: 'koala-13b' }
const won = (a: unknown, b: unknown, tie: unknown) => ({
  winner_model_a: a,
  winner_model_b: b,
  winner_tie: tie,
})
const said = (content: unknown) => [
  { role: 'user', content },
  { role: 'assistant', content: 'Yes.' },
]

describe('parseArenaBattle', () => {
  it('reads the columns of the file with one column for each winner', () => {
    const prompt = JSON.stringify([' Why is the sky blue? \n', 'And at night?'])
    const row = { ...models, prompt, response_a: '[]' }
    const battle = { prompt: 'Why is the sky blue?', modelA: 'gpt-4', modelB: 'koala-13b' }
    expect(parseArenaBattle({ ...row, ...won(1, 0, 0) }, '')).toEqual({ ...battle, winner: 'model_a' })
    expect(parseArenaBattle({ ...row, ...won(0, 1, 0) }, '')).toEqual({ ...battle, winner: 'model_b' })
    expect(parseArenaBattle({ ...row, ...won(false, false, true) }, '')).toEqual({ ...battle, winner: 'tie' })
    const listed = { ...models, prompt: ['Why is the sky blue?'], ...won(1, 0, 0) }
    expect(parseArenaBattle(listed, '')).toMatchObject({ prompt: 'Why is the sky blue?' })
  })

  it('reads conversations, and their names of winners', () => {
    const row = { ...models, conversation_a: said('Why is the sky blue?') }
    const winners = ['model_a', 'model_b', 'tie', 'tie (bothbad)', 'both_bad']
    expect(winners.map((winner) => parseArenaBattle({ ...row, winner }, '')?.winner)).toEqual([
      'model_a',
      'model_b',
      'tie',
      'tie (bothbad)',
      'tie (bothbad)',
    ])
    const parts = [{ type: 'image' }, { type: 'text', text: 'What is in this picture?' }]
    expect(parseArenaBattle({ ...models, conversation_a: said(parts), winner: 'tie' }, '')?.prompt).toBe(
      'What is in this picture?',
    )
  })

  it('leaves out a first turn of fewer than 16 characters, as upstream counts them', () => {
    const battleOn = (turn: string | null) =>
      parseArenaBattle({ ...models, prompt: JSON.stringify([turn]), ...won(1, 0, 0) }, '')
    expect(battleOn('123456789012345 ')).toBeUndefined()
    expect(battleOn('1234567890123456')).toBeDefined()
    // 15 characters, 30 UTF-16 units
    expect(battleOn('😀'.repeat(15))).toBeUndefined()
    expect(battleOn(null)).toBeUndefined()
  })

  it.each<[object, RegExp]>([
    [{ prompt: 'Why is the sky blue?', ...won(1, 0, 0) }, /a\.csv line 2 needs the turns as a JSON list/],
    [{ prompt: '[]', ...won(1, 0, 0) }, /needs the turns as a JSON list/],
    [{ prompt: '[7]', ...won(1, 0, 0) }, /needs texts in the turns of "prompt", got 7/],
    [
      { prompt: '["x"]', ...won(1, 1, 0) },
      /exactly one of .* got winner_model_a 1, winner_model_b 1, winner_tie 0/,
    ],
    [{ prompt: '["x"]', ...won(0, 0, 0) }, /exactly one of/],
    [{ conversation_a: [], winner: 'tie' }, /a list of \{"role", "content"\} in "conversation_a", got \[\]/],
    [{ conversation_a: said('x'), winner: 'A' }, /needs one of model_a, .* in "winner", got "A"/],
    [{ prompt: '["x"]', model_b: '', ...won(1, 0, 0) }, /an empty model name in "model_b"/],
  ])('refuses %j', (columns, message) => {
    expect(() => parseArenaBattle({ ...models, ...columns }, 'a.csv line 2')).toThrow(message)
  })
})

describe('parsePreference', () => {
  const row = { prompt: 'p', ...models }
  it('reads how far B was preferred; below 0 is a tie', () => {
    expect(parsePreference({ ...row, pref_b: 0.73, weight: 2 }, '')).toEqual({
      prompt: 'p',
      modelA: 'gpt-4',
      modelB: 'koala-13b',
      shareB: 0.73,
      weight: 2,
    })
    expect([-1, 0, 1].map((pref_b) => parsePreference({ ...row, pref_b }, '').shareB)).toEqual([0.5, 0, 1])
  })
  it.each([1.2, Number.NaN, '1', null, undefined])('refuses %j', (pref_b) => {
    expect(() => parsePreference({ ...row, pref_b }, 'x line 1')).toThrow(
      /x line 1 needs a number from 0 to 1/,
    )
  })
})

import { describe, expect, it } from 'vitest'
import { type ConversionOptions, createConversion } from './conversion.ts'

function convert(rows: readonly unknown[], options: ConversionOptions) {
  const conversion = createConversion(options)
  const written = rows.flatMap((value, index) =>
    conversion.add({ line: index + 1, place: `x line ${index + 1}`, value }),
  )
  return { rows: [...written, ...conversion.finish()], counts: conversion.counts }
}

const battle = (prompt: string, a: string, b: string, winner: string) => ({
  prompt,
  model_a: a,
  model_b: b,
  winner,
})

describe('to battles', () => {
  it('turns correctness into battles of every two models; the id becomes their group', () => {
    const row = {
      id: 7,
      prompt: 'p',
      category: 'maths',
      scores: { c: 1, a: 0, b: true },
      extra: 1,
      weight: 2,
    }
    expect(convert([row], { to: 'battles' }).rows).toEqual([
      { group: 7, category: 'maths', ...battle('p', 'a', 'b', 'model_b'), weight: 2 },
      { group: 7, category: 'maths', ...battle('p', 'a', 'c', 'model_b'), weight: 2 },
      { group: 7, category: 'maths', ...battle('p', 'b', 'c', 'tie'), weight: 2 },
    ])
  })

  it('ties scores within the band, the band included', () => {
    const scores = [8, 7, 6.9].map((w) => ({ prompt: 'p', scores: { s: 8, w } }))
    const winners = (tieBand?: number) =>
      convert(scores, { to: 'battles', ...(tieBand !== undefined && { tieBand }) }).rows.map(
        ({ winner }) => winner,
      )
    expect(winners()).toEqual(['tie', 'model_a', 'model_a'])
    expect(winners(1)).toEqual(['tie', 'tie', 'model_a'])
  })

  it('takes the battles of a pair alone, and counts the rest', () => {
    const rows = [
      { id: 'x', prompt: 'p', scores: { w: 1, s: 2, o: 3 } },
      { id: 'y', prompt: 'q', scores: { s: 2, o: 3 } },
    ]
    const { rows: written, counts } = convert(rows, { to: 'battles', pair: { strong: 's', weak: 'w' } })
    expect(written).toEqual([{ id: 'x', ...battle('p', 's', 'w', 'model_a') }])
    expect(counts).toMatchObject({ form: 'outcomes', read: 2, written: 1, otherModels: 1 })
  })

  it('turns preferences and strong-weak rows into battles', () => {
    const preferences = [0.2, 0.45, 0.5, -1].map((pref_b) => ({
      prompt: 'p',
      model_a: 'a',
      model_b: 'b',
      pref_b,
    }))
    const winners = (tieBand: number) =>
      convert(preferences, { to: 'battles', tieBand }).rows.map(({ winner }) => winner)
    expect(winners(0)).toEqual(['model_a', 'model_a', 'tie', 'tie'])
    expect(winners(0.1)).toEqual(['model_a', 'tie', 'tie', 'tie'])
    const row = { id: 1, prompt: 'p', strong: 's', weak: 'w', winner: 'weak', score_strong: 0, score_weak: 1 }
    expect(convert([row], { to: 'battles' }).rows).toEqual([{ id: 1, ...battle('p', 's', 'w', 'model_b') }])
  })

  it('takes the first turn of arena battles and leaves short ones out', () => {
    const arena = (turn: string) => ({
      id: '1',
      model_a: 'a',
      model_b: 'b',
      prompt: JSON.stringify([turn]),
      winner_model_a: 0,
      winner_model_b: 0,
      winner_tie: 1,
    })
    const { rows, counts } = convert([arena('Why is the sky blue?'), arena('Hi')], { to: 'battles' })
    expect(rows).toEqual([{ id: '1', ...battle('Why is the sky blue?', 'a', 'b', 'tie') }])
    expect(counts).toMatchObject({ form: 'arena', read: 2, written: 1, shortPrompts: 1 })
  })

  it('keeps every column where rows are battles already', () => {
    const row = { ...battle('p', 'a', 'b', 'tie (bothbad)'), tags: ['x'], embedding: [0.5] }
    expect(convert([row], { to: 'battles' }).rows).toEqual([row])
  })
})

describe('to outcomes', () => {
  it('gives a winner 1, a loser 0 and a tie 0.5 each', () => {
    const rows = ['model_a', 'model_b', 'tie', 'tie (bothbad)'].map((winner) => battle('p', 'a', 'b', winner))
    expect(convert(rows, { to: 'outcomes' }).rows.map(({ scores }) => scores)).toEqual([
      { a: 1, b: 0 },
      { a: 0, b: 1 },
      { a: 0.5, b: 0.5 },
      { a: 0.5, b: 0.5 },
    ])
  })

  it('keeps the scores that a strong-weak row brings', () => {
    const row = { prompt: 'p', strong: 's', weak: 'w', winner: 'strong' }
    const scored = { ...row, score_strong: 9, score_weak: 7.5 }
    expect(convert([row, scored], { to: 'outcomes' }).rows.map(({ scores }) => scores)).toEqual([
      { s: 1, w: 0 },
      { s: 9, w: 7.5 },
    ])
  })

  it('puts shares of the win against a reference together, prompt by prompt', () => {
    const preference = (prompt: string, a: string, b: string, pref_b: number, weight?: number) => ({
      prompt,
      model_a: a,
      model_b: b,
      pref_b,
      ...(weight !== undefined && { weight }),
    })
    const rows = [
      preference('p', 'ref', 'a', 0.75),
      preference('q', 'ref', 'a', -1),
      preference('p', 'b', 'ref', 1),
      preference('p', 'ref', 'a', 0, 2),
      preference('p', 'a', 'b', 1),
      preference('p', 'ref', 'ref', 1),
    ]
    const { rows: written, counts } = convert(rows, { to: 'outcomes', reference: 'ref' })
    expect(written).toEqual([
      { prompt: 'p', scores: { ref: 0.5, a: 0.25, b: 0 } },
      { prompt: 'q', scores: { ref: 0.5, a: 0.5 } },
    ])
    expect(counts).toMatchObject({ read: 6, written: 2, otherModels: 2 })
    const battles = [battle('p', 'ref', 'a', 'model_a'), battle('p', 'b', 'ref', 'model_a')]
    expect(convert(battles, { to: 'outcomes', reference: 'ref' }).rows).toEqual([
      { prompt: 'p', scores: { ref: 0.5, a: 0, b: 1 } },
    ])
  })

  it('keeps the other columns of outcomes, and of a pair only its scores', () => {
    const row = { id: 1, prompt: 'p', scores: { s: true, w: 0, o: 1 }, tokens: { s: {} } }
    expect(convert([row], { to: 'outcomes' }).rows).toEqual([{ ...row, scores: { s: 1, w: 0, o: 1 } }])
    expect(convert([row], { to: 'outcomes', pair: { strong: 's', weak: 'w' } }).rows).toEqual([
      { ...row, scores: { s: 1, w: 0 } },
    ])
  })

  it('is not misled by the names of models', () => {
    const { rows } = convert([battle('p', '__proto__', 'constructor', 'model_a')], { to: 'outcomes' })
    expect(JSON.stringify(rows)).toBe('[{"prompt":"p","scores":{"__proto__":1,"constructor":0}}]')
  })
})

describe('to prompts', () => {
  it('writes each prompt once', () => {
    const rows = ['p', 'q', 'p', 'P'].map((prompt) => ({ prompt, scores: { a: 1 } }))
    const { rows: written, counts } = convert(rows, { to: 'prompts' })
    expect(written).toEqual([{ prompt: 'p' }, { prompt: 'q' }, { prompt: 'P' }])
    expect(counts.repeatedPrompts).toBe(1)
  })
})

describe('a conversion that cannot be', () => {
  it.each<[ConversionOptions, RegExp]>([
    [{ to: 'outcomes', tieBand: 1 }, /--tie-band is for battles/],
    [{ to: 'battles', reference: 'r' }, /--reference is for outcomes/],
    [{ to: 'prompts', pair: { strong: 's', weak: 'w' } }, /--strong-model is for battles and outcomes/],
    [
      { to: 'outcomes', reference: 'r', pair: { strong: 's', weak: 'w' } },
      /--reference compares every model/,
    ],
  ])('is refused: %j', (options, message) => {
    expect(() => createConversion(options)).toThrow(message)
  })

  it('is refused at the row where it shows', () => {
    expect(() => convert([{ prompt: 'p' }], { to: 'battles' })).toThrow(/x line 1 has a prompt and no label/)
    const outcomes = [{ prompt: 'p', scores: { a: 1 } }]
    expect(() => convert(outcomes, { to: 'outcomes', reference: 'a' })).toThrow(
      /x line 1 is a row of outcomes/,
    )
    expect(() => convert([...outcomes, battle('p', 'a', 'b', 'tie')], { to: 'outcomes' })).toThrow(
      /x line 2 is a row of battles, and the file began with outcomes/,
    )
  })
})

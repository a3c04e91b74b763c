import { describe, expect, it } from 'vitest'
import { createInspector } from './inspection.ts'
import { createPairCounts } from './pair-counts.ts'

function inspect(rows: readonly unknown[]) {
  const inspector = createInspector(2)
  for (const [index, value] of rows.entries())
    inspector.add({ line: index + 1, place: `x line ${index + 1}`, value })
  return inspector.result()
}

describe('createInspector', () => {
  it('sums up outcomes', () => {
    const result = inspect([
      { id: 1, prompt: 'One', scores: { s: 1, w: 0 } },
      { id: 2, prompt: 'one!', scores: { s: 1, w: 1 } },
      { id: 3, prompt: 'three', scores: { s: 0, w: 1 } },
      { id: 4, prompt: 'four', scores: { s: 1 } },
      { id: 4, prompt: 'four', scores: { s: 1 } },
      { id: 5, prompt: 'five', scores: { s: 1, w: 0 } },
    ])
    expect(result).toEqual({
      form: 'outcomes',
      rows: 6,
      invalidRows: 0,
      invalid: [],
      prompts: { distinct: 5, distinctNormalized: 4, characters: { least: 3, median: 4, p95: 5, most: 5 } },
      models: [
        { model: 's', rows: 6, meanScore: 5 / 6 },
        { model: 'w', rows: 4, meanScore: 0.5 },
      ],
      comparisons: 4,
      ties: 1,
      shortPrompts: 0,
      repeatedIds: 1,
      conflictingIds: 0,
      conflicts: [],
      pair: { strong: 's', weak: 'w', rows: 4, strongWins: 2, ties: 1, weakWins: 1 },
    })
  })

  it('lists rows that are wrong and ids that contradict each other, with their places', () => {
    const battle = { prompt: 'p', model_a: 'a', model_b: 'b', winner: 'tie' }
    const { rows, invalidRows, invalid, conflictingIds, conflicts } = inspect([
      { id: 'x', ...battle },
      { ...battle, winner: 'A' },
      7,
      { prompt: 'p', scores: { a: 1 } },
      { id: 'x', ...battle, winner: 'model_a' },
    ])
    expect({ rows, invalidRows, conflictingIds }).toEqual({ rows: 2, invalidRows: 3, conflictingIds: 1 })
    expect(invalid.map(({ message }) => message.slice(0, 20))).toEqual([
      'x line 2 needs one o',
      'x line 3 is 7, and a',
    ])
    expect(conflicts).toEqual([{ id: 'x', firstLine: 1, place: 'x line 5' }])
  })

  it('says nothing of models where there are prompts only, and nothing at all of an empty file', () => {
    expect(inspect([{ prompt: 'p' }])).toMatchObject({ form: 'prompts', rows: 1, models: [], pair: null })
    expect(inspect([])).toMatchObject({ form: null, rows: 0, prompts: { distinct: 0, characters: null } })
  })
})

describe('createPairCounts', () => {
  it('finds the pair with the most to decide', () => {
    const pairs = createPairCounts()
    const add = (a: string, b: string, wins: readonly number[]) => {
      for (const win of wins) pairs.add(a, b, win)
    }
    add('always', 'never', [1, 1, 1, 1, 1, 1, 1, 1])
    add('equal', 'other', [1, 0, 0.5, 0.5, 0.5, 0.5])
    expect(pairs.best()).toBeNull()
    add('weak', 'strong', [0, 0, 0.5, 1])
    expect(pairs.best()).toEqual({
      strong: 'strong',
      weak: 'weak',
      rows: 4,
      strongWins: 2,
      ties: 1,
      weakWins: 1,
    })
    pairs.add('a', 'a', 1)
  })
})

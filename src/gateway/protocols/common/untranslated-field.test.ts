import { describe, expect, it } from 'vitest'
import { byField, findLosses } from './untranslated-field.ts'

const table = byField([
  { field: 'n', kind: 'refused', why: 'there is one answer', unless: ['1'] },
  { field: 'store', kind: 'dropped', why: 'nothing is stored', unless: ['false'] },
])
const translated = new Set(['model'])

describe('findLosses', () => {
  it('lists what the table has, and unknown fields as dropped', () => {
    expect(findLosses({ model: 'x', n: 2, store: true, top_a: 0.1 }, table, translated)).toEqual([
      { field: 'n', kind: 'refused', why: 'there is one answer' },
      { field: 'store', kind: 'dropped', why: 'nothing is stored' },
      { field: 'top_a', kind: 'dropped', why: 'the gateway does not know the field' },
    ])
  })

  it('leaves out values that ask for nothing', () => {
    expect(
      findLosses({ n: 1, store: false, a: null, b: {}, c: [], d: undefined }, table, translated),
    ).toEqual([])
  })

  it('begins the field with the path of its object', () => {
    const [loss] = findLosses({ name: 'Ann' }, table, translated, 'messages[2].')
    expect(loss?.field).toBe('messages[2].name')
  })

  it('reports a large value without looking through it', () => {
    const large = { items: [{ text: 'x' }] }
    expect(findLosses({ n: large, store: ['x'.repeat(100)] }, table, translated)).toHaveLength(2)
  })

  it('lists a bounded number', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`x${index}`, 1]))
    expect(findLosses(many, table, translated)).toHaveLength(100)
  })
})

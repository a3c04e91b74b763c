import { expect, it } from 'vitest'
import { findModelColours } from '../../web/charts/model-colours.ts'

const known = ['small', '', 'large', 'medium']

it('gives a model the same colour whatever is shown, and a request without a model none of theirs', () => {
  const colours = (shown: readonly (string | null)[]) => {
    const colourOf = findModelColours(known, shown)
    return shown.map(colourOf)
  }
  expect(colours(['large', 'medium', 'small'])).toEqual(['series-0', 'series-1', 'series-2'])
  expect(colours(['', 'medium', null, 'small'])).toEqual([
    'series-none',
    'series-1',
    'series-none',
    'series-2',
  ])
})

it('gives a shown model beyond the seventh name a colour that no other shown one has', () => {
  const many = [...'abcdefghij']
  const colourOf = findModelColours(many, ['a', 'c', 'i', 'j'])
  expect(['a', 'c', 'i', 'j'].map(colourOf)).toEqual(['series-0', 'series-2', 'series-1', 'series-3'])
  const all = findModelColours(many, many)
  expect(['g', 'h', 'j'].map(all)).toEqual(['series-6', 'series-7', 'series-7'])
})

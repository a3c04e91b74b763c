import { expect, it } from 'vitest'
import { readText } from '../read-text.ts'
import { findEquations } from './equations.ts'

const equationsOf = (text: string) => findEquations(readText(text).tokens)

it.each([
  ['3 * 4 = 12', [3, 4], 12, true],
  ['3 * 4 = 13', [3, 4], 13, false],
  ['He has 3 apples × 4 boxes = 12 apples.', [3, 4], 12, true],
  ['2 + 3 * 4 = 14', [2, 3, 4], 14, true],
  ['(2 + 3) * 4 = 20', [2, 3, 4], 20, true],
  ['$1,200.50 - $200 = $1000.50', [1200.5, 200], 1000.5, true],
  ['5 - 8 = -3', [5, 8], -3, true],
  ['10 / 3 = 3.33', [10, 3], 3.33, true],
  ['10 / 3 = 3.5', [10, 3], 3.5, false],
  ['202 * 6 = 1213', [202, 6], 1213, false],
  ['1/4 = 25%', [1, 4], 25, true],
  ['8 * 60% = 4.8', [8, 60, 100], 4.8, true],
  ['2 ^ 10 = 1024', [2, 10], 1024, true],
  [String.raw`$6 \times 7 = 41$`, [6, 7], 41, false],
])('%s', (text, operands, stated, holds) => {
  const found = equationsOf(text)
  expect(found).toMatchObject([{ stated, holds }])
  expect(found[0]!.operands).toEqual(operands)
})

it('reads a chain as one equation for each result', () => {
  expect(equationsOf('2 * 3 = 6 and 6 + 1 = 8')).toMatchObject([
    { stated: 6, holds: true },
    { stated: 8, holds: false },
  ])
  expect(equationsOf('3 x 60 = <<3*60=180>>180 metres')).toMatchObject([{ stated: 180, holds: true }])
})

it.each(['x = 4', '2x + 3 = 7', 'y - 2 + 3 = 7', 'a = b', '= 4', '3 + = 4', 'f(2) + 1 = 9', '1 / 0 = 5'])(
  'finds no equation of numbers in %s',
  (text) => expect(equationsOf(text)).toEqual([]),
)

it('does not nest deeper than an expression may be long', () => {
  expect(equationsOf(`${'('.repeat(5_000)}1${' + 1)'.repeat(5_000)} = 3`)).toEqual([])
})

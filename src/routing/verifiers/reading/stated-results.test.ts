import { describe, expect, it } from 'vitest'
import { readText } from './read-text.ts'
import { findStatedResults } from './stated-results.ts'

const resultsOf = (text: string) => findStatedResults(readText(text))

describe('a stated result', () => {
  it.each([
    [String.raw`So we get $\boxed{\frac{1}{2}}$.`, String.raw`\frac{1}{2}`],
    ['12 in all.\n#### 1,540', '1540'],
    ['Therefore the answer is (H).\n\n', 'h'],
    ['**Answer:** B) Paris', 'b'],
    ['The final answer is: 3.5 metres. Good luck.', '3.5metres'],
    ['{"reasoning": "…", "answer": "[(3, 1)]"}', '[(3,1)]'],
    ['{"answer": 42}', '42'],
    ['La respuesta es 12.', '12'],
    ['答案是 7。', '7'],
  ])('%s is %s', (text, final) => expect(resultsOf(text).final).toBe(final))

  it('is the last one, and all are kept', () => {
    const { all, final } = resultsOf('The answer is 4. Wait. The answer is 5.')
    expect(all.map(({ text }) => text)).toEqual(['4', '5'])
    expect(final).toBe('5')
  })

  it('is the last number of an answer that states none', () => {
    expect(resultsOf('He pays 3 and then 4 dollars.')).toMatchObject({ all: [], final: '4', value: 4 })
    expect(resultsOf('No idea.')).toMatchObject({ all: [], final: '', value: Number.NaN })
  })

  it.each([
    ['#### 540', 540],
    ['the answer is $1,200 dollars', 1200],
    ['the answer is -3', -3],
    ['the answer is 3 and 4', Number.NaN],
  ])('%s has the value %d', (text, value) => expect(resultsOf(text).value).toBe(value))
})

it('keeps the ends of many', () => {
  const { all } = resultsOf(Array.from({ length: 500 }, (_, place) => `#### ${place}`).join('\n'))
  expect(all).toHaveLength(64)
  expect(all.at(-1)!.text).toBe('499')
})

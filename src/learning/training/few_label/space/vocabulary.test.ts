import { expect, it } from 'vitest'
import { createTextScanner } from '../../../../base/text/text-scan.ts'
import { visitTerms } from '../../../../routing/routers/few_label/terms.ts'
import { createTermCounter } from './vocabulary.ts'

const scanText = createTextScanner()
const hashesOf = (text: string) => {
  const hashes: number[] = []
  visitTerms(scanText(text), (hash) => hashes.push(hash))
  return hashes
}
const vocabularyOf = (texts: readonly string[]) => {
  const counter = createTermCounter()
  for (const text of texts) counter.add(scanText(text))
  return counter.vocabulary()
}

it('keeps terms of at least two texts and at most six in ten, the commonest first', () => {
  const texts = [
    'one apple',
    'two apple',
    'three pear',
    'three pear',
    'three plum',
    'three nut',
    'three x',
    'three y',
  ]
  const [three, threePear, pear] = hashesOf('three pear')
  const [apple] = hashesOf('apple')
  const { hashes, rarities } = vocabularyOf(texts)
  expect(new Set(hashes)).toEqual(new Set([apple, pear, threePear]))
  expect(hashes).not.toContain(three)
  expect(rarities[hashes.indexOf(apple!)]).toBeCloseTo(Math.log(9 / 3) + 1, 6)
})

it('counts a term once in each text, and does not mind the order of the texts', () => {
  const texts = ['a a a b', 'c', 'b d', 'd e f', 'e', 'c g']
  expect(vocabularyOf(texts)).toEqual(vocabularyOf(texts.toReversed()))
  expect(vocabularyOf(texts).hashes).not.toContain(hashesOf('a')[0])
})

it('grows past its first table', () => {
  // 30 texts of 1,000 words of four letters, each text twice: 30,000 words and 30 · 999 pairs.
  const word = (number: number) =>
    [17_576, 676, 26, 1].map((place) => String.fromCharCode(97 + (Math.floor(number / place) % 26))).join('')
  const texts = Array.from({ length: 30 }, (_, text) =>
    Array.from({ length: 1_000 }, (_, index) => word(1_000 * text + index)).join(' '),
  )
  const { hashes } = vocabularyOf([...texts, ...texts])
  expect(hashes.length).toBe(30_000 + 30 * 999)
  expect(new Set(hashes).size).toBe(hashes.length)
})

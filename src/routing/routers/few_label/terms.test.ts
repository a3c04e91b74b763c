import { expect, it } from 'vitest'
import { createTextScanner } from '../../../base/text/text-scan.ts'
import { createTermReader, visitTerms } from './terms.ts'

const scanText = createTextScanner()

function hashesOf(text: string): number[] {
  const hashes: number[] = []
  visitTerms(scanText(text), (hash) => hashes.push(hash))
  return hashes
}

it('visits words and pairs of neighbours, whatever their case; numbers are known by how many digits they have', () => {
  const [big, bigCat, cat] = hashesOf('Big cat')
  expect(hashesOf('big CAT')).toEqual([big, bigCat, cat])
  expect(hashesOf('cat big')).toEqual([cat, expect.not.toSatisfy((hash) => hash === bigCat), big])
  expect(hashesOf('17')).toEqual(hashesOf('42'))
  expect(hashesOf('17')).not.toEqual(hashesOf('420'))
})

it('gives TF-IDF of length 1 over the known terms, in order, with where they stand', () => {
  const [big, bigCat, cat] = hashesOf('big cat')
  const read = createTermReader({
    hashes: Int32Array.of(cat!, bigCat!),
    rarities: Float32Array.of(1, 2),
  })
  const { count, terms, values, occurrences, places } = read(scanText('the big cat, a cat'))
  expect(count).toBe(2)
  expect([...terms.slice(0, 2)]).toEqual([1, 0])
  expect([...occurrences.slice(0, 2)]).toEqual([1, 2])
  // "big cat" begins at token 1 and is a pair; "cat" is token 2 alone.
  expect([...places.slice(0, 2)]).toEqual([3, 4])
  const length = Math.hypot(2, 1 + Math.log(2))
  expect(values[0]).toBeCloseTo(2 / length, 12)
  expect(values[1]).toBeCloseTo((1 + Math.log(2)) / length, 12)
  expect(big).not.toBe(cat)
})

it('forgets one text before the next', () => {
  const [, , cat] = hashesOf('big cat')
  const read = createTermReader({ hashes: Int32Array.of(cat!), rarities: Float32Array.of(1) })
  expect(read(scanText('cat cat cat')).occurrences[0]).toBe(3)
  expect(read(scanText('nothing known')).count).toBe(0)
  expect(read(scanText('a cat')).occurrences[0]).toBe(1)
})

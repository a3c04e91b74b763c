import { describe, expect, it } from 'vitest'
import { measuredCharacters } from '../../../base/text/text-scan.ts'
import { createRepeatedTexts } from './repeated-texts.ts'

const vector = Float32Array.of(1, 2, 3)

/** Texts of one length that differ at one place each, also where the mark does not look. */
function variants(text: string): string[] {
  return Array.from(text, (_, at) => `${text.slice(0, at)}#${text.slice(at + 1)}`)
}

describe('createRepeatedTexts', () => {
  it('keeps a text until the next one, and one that comes twice', () => {
    const repeated = createRepeatedTexts(vector.length)
    repeated.offer('the same words', vector)
    expect(repeated.find('the same words')).toEqual(vector)
    repeated.offer('other words', vector)
    expect(repeated.find('the same words')).toBeUndefined()
    repeated.offer('the same words', vector)
    repeated.offer('other words', vector)
    expect(repeated.find('the same words')).toEqual(vector)
  })

  it('keeps a copy of the vector', () => {
    const repeated = createRepeatedTexts(vector.length)
    const own = Float32Array.from(vector)
    repeated.offer('words', own)
    repeated.offer('words', own)
    own.fill(7)
    expect(repeated.find('words')).toEqual(vector)
    repeated.offer('other words', own)
    expect(repeated.find('words')).toEqual(vector)
  })

  it.each([1, 2, 9, 100, 1000])('never takes one text of %i characters for another', (length) => {
    const repeated = createRepeatedTexts(vector.length)
    const text = 'abcdefghij'.repeat(100).slice(0, length)
    repeated.offer(text, vector)
    repeated.offer(text, vector)
    for (const other of [...variants(text), text.slice(1), `${text}a`])
      expect(repeated.find(other)).toBeUndefined()
    expect(repeated.find(text)).toEqual(vector)
  })

  it('is not displaced by texts that never repeat', () => {
    const repeated = createRepeatedTexts(vector.length)
    for (let time = 0; time < 2; time++) repeated.offer('kept', vector)
    for (let number = 0; number < 10_000; number++) repeated.offer(`${number} words`, Float32Array.of(number))
    expect(repeated.find('kept')).toEqual(vector)
  })

  it('finds a vector for the empty text only if it was offered', () => {
    const repeated = createRepeatedTexts(vector.length)
    expect(repeated.find('')).toBeUndefined()
    for (let time = 0; time < 2; time++) repeated.offer('', vector)
    expect(repeated.find('')).toEqual(vector)
  })

  it('keeps no text of which only a part is measured beyond the next one', () => {
    const repeated = createRepeatedTexts(vector.length)
    const long = 'x'.repeat(measuredCharacters + 1)
    for (let time = 0; time < 3; time++) repeated.offer(long, vector)
    repeated.offer('short', vector)
    expect(repeated.find(long)).toBeUndefined()
  })
})

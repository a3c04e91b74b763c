import fc from 'fast-check'
import { expect, it } from 'vitest'
import { beginOf, createPassageFinder } from './passage.ts'
import { createWordFinder } from './word-finder.ts'

it('begins with the first words, on one line', () => {
  expect(beginOf(' \n\tWhy does\r\n  this   loop\u2028never end? ')).toBe('Why does this loop never end?')
  expect(beginOf('')).toBe('')
  expect(beginOf(' \n ')).toBe('')
  expect(beginOf('x'.repeat(200))).toBe('x'.repeat(200))
  expect(beginOf('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`)
  expect(beginOf(`a${' '.repeat(5000)}b`)).toBe('a…')
  // No half of a pair.
  expect(beginOf(`${'x'.repeat(199)}😀 and more`)).toBe(`${'x'.repeat(199)}…`)
})

it.each([
  ['Straße nach ZÜRICH', 'zürich', 'Straße nach ZÜRICH'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσ', 'ΟΔΥΣΣΕΥΣ'],
  ['привет МИР', 'Мир', 'привет МИР'],
  ['one\ntwo', 'two', 'one two'],
  ['50% off [a-z]* \\', '[A-Z]* \\', '50% off [a-z]* \\'],
  ['safe\u202egnp.exe', 'GNP', 'safe\u202egnp.exe'],
  ['one two', 'one  two', null],
  ['', 'a', null],
])('finds in %j the words %j', (text, words, passage) => {
  expect(createPassageFinder(words)(text)).toBe(passage)
})

it('shows where the words are', () => {
  const text = `${'a '.repeat(500)}The Needle is here. ${'b '.repeat(500)}`
  const passage = createPassageFinder('the needle')(text)!
  expect(passage).toMatch(/^…(?:a )+The Needle is here\. (?:b )+b…$/)
  expect(passage.length).toBeLessThanOrEqual(202)
  // `İ` has two units in lower case.
  const moved = createPassageFinder('needle')(`${'İ'.repeat(300)} needle ${'b'.repeat(300)}`)!
  expect(moved).toMatch(/^…needle b+…$/)
  expect(createPassageFinder('needle')(`${'word '.repeat(20)}needle`)).toBe(`…${'word '.repeat(4)}needle`)
  expect(createPassageFinder('needle')(`${'😀'.repeat(100)}needle`)).toMatch(/^…(?:😀)+needle$/u)
})

it('finds words where indexOf does', () => {
  const letters = (minLength: number) =>
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength: 40 })
  fc.assert(
    fc.property(letters(0), letters(1), (text, words) => {
      expect(createWordFinder(words)(text)).toBe(text.indexOf(words))
    }),
    { seed: 7, numRuns: 500 },
  )
  expect(createWordFinder('aab')('aaab')).toBe(1)
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern } from './pattern.ts'

/** Patterns of the syntax that is read, over few letters, so that they often match. */
const sources = fc.letrec<{ node: string; atom: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('atom'),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(?:${a}|${b})`),
    fc
      .tuple(
        tie('node'),
        fc.constantFrom('*', '+', '?', '*?', '+?', '??', '{2}', '{1,3}', '{0,2}?', '{2,}', '{0}'),
      )
      .map(([a, quantifier]) => `(${a})${quantifier}`),
  ),
  atom: fc.constantFrom(
    'a',
    'b',
    'é',
    '😀',
    '.',
    '^',
    '$',
    '\\b',
    '\\B',
    '[ab]',
    '[^a]',
    '[a-c\\]é]',
    '[]',
    '[^]',
    '\\w',
    '\\W',
    '\\s',
    '\\d',
    '\\p{L}',
    '\\P{Lu}',
    '\\u{61}',
    '\\x61',
    '\\ud83d\\ude00',
    '\\n',
    '\\.',
    '(a)',
    '',
  ),
})).node
const texts = fc
  .array(fc.constantFrom('a', 'b', 'A', 'c', 'é', 'É', '😀', ' ', '\n', '.', '1', '_', '\ud800', 'ſ'), {
    maxLength: 10,
  })
  .map((parts) => parts.join(''))
const flagSets = fc.constantFrom('', 'i', 'm', 's', 'im', 'ims')

describe('compilePattern', () => {
  it('matches what RegExp matches', () => {
    fc.assert(
      fc.property(
        sources,
        flagSets,
        fc.array(texts, { minLength: 1, maxLength: 5 }),
        (source, flags, some) => {
          const pattern = compilePattern(source, flags)
          const native = new RegExp(source, `u${flags}`)
          for (const text of some)
            expect(pattern.test(text), `/${source}/${flags} on ${JSON.stringify(text)}`).toBe(
              native.test(text),
            )
        },
      ),
      { numRuns: 3000, seed: 3 },
    )
  })

  it('reads named groups', () => {
    expect(compilePattern('^(?<first>a)(?:b|(c))$').test('ac')).toBe(true)
  })

  it('tests a part of a text, and sees what stands around it', () => {
    const text = 'one two\nthree 😀 four'
    expect(compilePattern('two').test(text, 4, 7)).toBe(true)
    expect(compilePattern('two').test(text, 5, 7)).toBe(false)
    expect(compilePattern('^two').test(text, 4, 7)).toBe(false)
    expect(compilePattern('^three', 'm').test(text, 8)).toBe(true)
    expect(compilePattern('\\bwo').test(text, 5, 7)).toBe(false)
    expect(compilePattern('tw\\b').test(text, 4, 6)).toBe(false)
    expect(compilePattern('two$').test(text, 4, 7)).toBe(false)
    expect(compilePattern('\\B four').test(text, text.length - 5)).toBe(true)
  })

  it.each([
    ['(a+)+$', 'a'.repeat(100_000)],
    ['(a|a)*c', 'a'.repeat(100_000)],
    ['(.*)(.*)(.*)x$', 'y'.repeat(100_000)],
    ['(\\w+\\s?)+!', 'word '.repeat(20_000)],
    ['(a?){100}a{100}$', `${'a'.repeat(99)}b`.repeat(100)],
  ])('is not slowed down by %s', (source, text) => {
    const pattern = compilePattern(source)
    // A matcher that tries every way would not come back within the test's time limit.
    expect(pattern.test(`${text}b`)).toBe(false)
  })

  it('stays right, and bounded, after texts that fill its memory', () => {
    const pattern = compilePattern('[a-q][^u-z]{9}1')
    const native = /[a-q][^u-z]{9}1/u
    let state = 7
    for (let round = 0; round < 6; round++) {
      const text = Array.from({ length: 20_000 }, () => {
        state = (state * 48_271) % 2_147_483_647
        return String.fromCodePoint(state % 3 === 0 ? 0x4e00 + (state % 5000) : 97 + (state % 26))
      }).join('')
      expect(pattern.test(text)).toBe(false)
      expect(pattern.test(`${text}abcdefghij1`)).toBe(native.test(`${text}abcdefghij1`))
    }
  })
})

describe('compilePattern refuses', () => {
  it.each<[string, string, string, RegExp]>([
    ['(', '', 'invalid-pattern', /not a regular expression: .*[Uu]nterminated/],
    ['a', 'g', 'invalid-pattern', /flags "g"/],
    ['(?=a)', '', 'pattern-not-regular', /looks around \(\(\?=/],
    ['(?<!a)b', '', 'pattern-not-regular', /looks around/],
    ['(a)\\1', '', 'pattern-not-regular', /refers back to a group \(\\1\)/],
    ['(?<x>a)\\k<x>', '', 'pattern-not-regular', /refers back/],
    ['\\w{501}', '', 'pattern-too-large', /more than 500 states/],
    ['((a{50}){50}){50}', '', 'pattern-too-large', /states/],
    ['(?:(?:){99999}){99999}', '', 'pattern-too-large', /states/],
    ['a'.repeat(1001), '', 'pattern-too-large', /1001 characters/],
  ])('%.30s', (source, flags, code, message) => {
    expect(() => compilePattern(source, flags)).toThrow(message)
    expect(() => compilePattern(source, flags)).toThrow(expect.objectContaining({ code }))
  })
})

import { describe, expect, it } from 'vitest'
import { createExactChecker } from './exact.ts'
import { createRegexChecker } from './regex.ts'
import { checkerKinds, createChecker } from './registry.ts'

describe('createExactChecker', () => {
  const check = createExactChecker()

  it.each([
    ['Paris', 'Paris', 1],
    ['  Paris\n', 'Paris', 1],
    ['New   York', 'New York', 1],
    ['cafe\u0301', 'café', 1],
    ['paris', 'Paris', 0],
    ['Paris.', 'Paris', 0],
    ['', '', 1],
  ])('%j against %j: %i', (answer, reference, score) => {
    expect(check(answer, reference)).toMatchObject({ kind: 'checked', score })
  })

  it('ignores case where told', () => {
    expect(createExactChecker({ ignoreCase: true })('PARIS', 'Paris')).toMatchObject({
      score: 1,
      extracted: 'paris',
    })
  })

  it('says that an empty answer is none', () => {
    expect(check(' ', 'Paris')).toEqual({
      kind: 'unparsable',
      score: null,
      extracted: null,
      reason: 'the answer is empty',
    })
  })
})

describe('createRegexChecker', () => {
  const check = createRegexChecker()

  it.each([
    ['The capital is Paris.', 'Paris', 1],
    ['The capital is paris.', '/PARIS/i', 1],
    ['The capital is Paris.', '^Paris', 0],
    ['SELECT * FROM t', '^select\\b', 0],
    ['x\nParis', '/^paris$/im', 1],
  ])('%j against %s: %i', (answer, reference, score) => {
    expect(check(answer, reference)).toMatchObject({ kind: 'checked', score, extracted: answer })
  })

  it('is not slow where RegExp would be', () => {
    expect(check(`${'a'.repeat(100_000)}!`, '^(a+)+$').score).toBe(0)
  })

  it('says that an empty answer is none', () => {
    expect(check('\n', '.*').kind).toBe('unparsable')
  })

  it.each(['(', '(?=a)a', 'a{400}{400}'])('refuses the reference %s', (reference) => {
    expect(() => check('a', reference)).toThrow(expect.objectContaining({ code: 'invalid-reference' }))
  })

  it('goes on when it has seen more patterns than it keeps', () => {
    for (let index = 0; index < 1100; index++) expect(check(`n${index}`, `n${index}$`).score).toBe(1)
  })
})

it('every kind has a checker', () => {
  expect(checkerKinds.map((kind) => createChecker(kind)('B', kind === 'numeric' ? '1' : 'B').kind)).toEqual([
    'checked',
    'checked',
    'unparsable',
    'checked',
  ])
})

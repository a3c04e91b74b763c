import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseRating, parseVerdict, parseYesOrNo } from './verdict.ts'

describe('parseVerdict', () => {
  it.each([
    ['A is clearer.\n\n[[A]]', 'first'],
    ['[[B]]', 'second'],
    ['My verdict: [[ C ]]', 'tie'],
    ['[[A]]. To repeat: [[A]]', 'first'],
    ['<think>maybe [[B]]</think>[[A]]', 'first'],
  ])('%j: %s', (reply, verdict) => expect(parseVerdict(reply)).toBe(verdict))

  it.each([
    '',
    'A',
    '[A]',
    '[[a]]',
    '[[D]]',
    '[[A]] or [[B]]',
    'Answer A is better.',
    '[[A',
    '<think>I lean to [[A]] but',
    '<think>[[A]]</think> I cannot say.',
  ])('%j holds none', (reply) => expect(parseVerdict(reply)).toBeUndefined())

  it('is never found where there are no brackets', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseVerdict(text.replaceAll('[[', '['))).toBeUndefined()
      }),
    )
  })
})

describe('parseRating', () => {
  it.each([
    ['Good.\nRating: [[7]]', 7],
    ['[[10]]', 10],
    ['Rating: [[7.5]]', 7.5],
    ['[[ 1 ]]', 1],
  ])('%j: %d', (reply, rating) => expect(parseRating(reply)).toBe(rating))

  it.each(['Rating: 7', '[[0]]', '[[11]]', '[[7/10]]', '[[7]] or [[8]]', '[[-3]]', '[[seven]]'])(
    '%j holds none',
    (reply) => expect(parseRating(reply)).toBeUndefined(),
  )
})

describe('parseYesOrNo', () => {
  it.each([
    ['They ask the same. [[YES]]', true],
    ['[[NO]]', false],
    ['[[YES]] [[NO]]', undefined],
    ['yes', undefined],
  ])('%j: %s', (reply, answer) => expect(parseYesOrNo(reply)).toBe(answer))
})

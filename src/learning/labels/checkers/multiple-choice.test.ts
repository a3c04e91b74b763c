import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMultipleChoiceChecker } from './multiple-choice.ts'

const check = createMultipleChoiceChecker()

describe('createMultipleChoiceChecker', () => {
  it.each([
    // the letter alone, or as an option begins
    ['B', 'B'],
    ['b', 'B'],
    ['(b)', 'B'],
    ['B.', 'B'],
    ['B) Paris', 'B'],
    ['B: Paris', 'B'],
    ['B - Paris', 'B'],
    ['**B**', 'B'],
    ['**B. Paris**', 'B'],
    ['> B', 'B'],
    ['A', 'A'],
    ['A. Because it barks.', 'A'],
    ['I', 'I'],
    ['J', 'J'],
    // said outright
    ['The answer is B.', 'B'],
    ['The answer is (B) Paris.', 'B'],
    ['The correct answer is option D.', 'D'],
    ['The correct answer is: **(C)** because A is wrong', 'C'],
    ['Answer: C', 'C'],
    ['answer: c', 'C'],
    ['Final Answer: \\boxed{D}', 'D'],
    ['$\\boxed{\\text{E}}$', 'E'],
    ['The correct choice would be (F)', 'F'],
    ['The answer is A because of the tail.', 'A'],
    ['The answer is clearly B', 'B'],
    ['The answer is b because it is', 'B'],
    // the last time counts
    ['The answer is A. No, wait: the answer is B.', 'B'],
    ['A. is tempting.\nHowever, the answer is C.', 'C'],
    ['The answer is not B. The answer is C.', 'C'],
    // the last line
    ['Barking animals are dogs.\n\nC', 'C'],
    ['Barking animals are dogs.\n**(C)**', 'C'],
    // the only one
    ['It must be (D), as shown above.', 'D'],
    ['I would go with D here', 'D'],
    ['I would choose option E, I think', 'E'],
    ['A dog barks, so it is B', 'B'],
  ])('%j settles on %s', (answer, letter) => {
    expect(check(answer, letter)).toMatchObject({ kind: 'checked', score: 1, extracted: letter })
    const other = letter === 'G' ? 'H' : 'G'
    expect(check(answer, other)).toMatchObject({ kind: 'checked', score: 0, extracted: letter })
  })

  it.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['A dog barks.', 'no option'],
    ['I think so.', 'no option'],
    ['The answer is I think unclear', 'no option'],
    ['Answer: A dog', 'no option'],
    ['The answer is a matter of taste.', 'no option'],
    ['Vitamin C', 'no option'],
    ['Hepatitis B causes it', 'no option'],
    ['The answer is C++', 'no option'],
    ['Paris', 'no option'],
    ['The answer is not B', 'no option'],
    ['K', 'no option'],
    ['None of the above', 'no option'],
    ['The answer is A or B', 'several'],
    ['The answer is A and C.', 'several'],
    ['A, B', 'several'],
    ['A/B', 'several'],
    ['Either (A) or (C) is right', 'several'],
    ['A. Paris\nB. London\nC. Rome', 'no option'],
  ])('%j cannot be read: %s', (answer, reason) => {
    expect(check(answer, 'A')).toMatchObject({
      kind: 'unparsable',
      score: null,
      extracted: null,
      reason: expect.stringContaining(reason),
    })
  })

  it.each(['(B)', 'b', 'B.', ' B '])('takes the reference %j', (reference) => {
    expect(check('B', reference).score).toBe(1)
  })

  it.each(['', 'K', 'Paris', 'AB'])('refuses the reference %j', (reference) => {
    expect(() => check('B', reference)).toThrow(expect.objectContaining({ code: 'invalid-reference' }))
  })

  it('finds the letter in whatever frame an answer is put', () => {
    const letters = fc.constantFrom(...'ABCDEFGHIJ')
    const frames = fc.constantFrom(
      (letter: string) => letter,
      (letter: string) => `(${letter})`,
      (letter: string) => `${letter}) something`,
      (letter: string) => `The answer is ${letter}.`,
      (letter: string) => `So the final answer is **${letter}**`,
      (letter: string) => `Some words.\n\n${letter}`,
      (letter: string) => `\\boxed{${letter}}`,
    )
    fc.assert(
      fc.property(letters, frames, (letter, frame) => {
        expect(check(frame(letter), letter)).toMatchObject({ score: 1, extracted: letter })
      }),
    )
  })

  it('gives a result for every text', () => {
    const texts = fc
      .array(
        fc.constantFrom('A', 'B', 'I', ' ', '\n', '(', ')', 'answer is', 'option', ':', 'or', '.', '**', 'x'),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(texts, (text) => {
        const { kind, score, extracted } = check(text, 'A')
        if (kind === 'checked') expect(score).toBe(extracted === 'A' ? 1 : 0)
        else expect([score, extracted]).toEqual([null, null])
      }),
    )
  })

  it.each(['answer is '.repeat(20_000), '('.repeat(100_000), 'B or C '.repeat(40_000), ' '.repeat(200_000)])(
    'takes a long text of one kind',
    (text) => {
      expect(check(text, 'A').kind).toBe('unparsable')
    },
  )
})

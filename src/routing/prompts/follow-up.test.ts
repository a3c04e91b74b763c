import { describe, expect, it } from 'vitest'
import { defaultFollowUpRule, isFollowUp } from './follow-up.ts'

describe('isFollowUp', () => {
  it.each([
    'commit it',
    'Commit it.',
    'yes, go on',
    'Yes — go on!',
    'continue',
    'Continue...',
    'do the same for b.ts',
    'ok',
    '👍',
    '?',
    'why?',
    'in French',
    'And in Python?',
    'What about Norway?',
    'make it shorter',
    'try again',
    'no, the other way round',
    'explain that in more detail please',
    'now run the tests',
    'thanks! Now run the tests',
    'fix those 3 errors',
    'do this for line 17 too',
    '继续',
    '好的',
    'weiter',
    'mach weiter',
    "it's wrong, isn't it",
    '  \n continue \n ',
  ])('takes %j for a follow-up', (turn) => {
    expect(isFollowUp(turn)).toBe(true)
  })

  it.each([
    "Prove Fermat's last theorem.",
    'What is 17*23?',
    '17*23',
    '17 * 23?',
    'x^2=2',
    'Solve P=NP',
    'Explain quantum entanglement',
    'Write a haiku about autumn',
    'Integrate sin(x)/x from zero to infinity',
    'Who wrote Don Quixote?',
    '证明费马大定理',
    'フェルマーの最終定理を証明して',
    'Prove this: every even number above two is a sum of two primes.',
    'Write a program that prints its own source code and nothing else, in C.',
    'Is it true that there are more even than odd numbers?',
  ])('takes %j for a request of its own', (turn) => {
    expect(isFollowUp(turn)).toBe(false)
  })

  it('follows the rule that it is given', () => {
    const never = { ...defaultFollowUpRule, maxBareWords: 0, openings: [], references: [] }
    expect(isFollowUp('commit it', never)).toBe(false)
    expect(isFollowUp('weiter so, bitte', { ...never, openings: ['weiter'] })).toBe(true)
    expect(isFollowUp('mach das nochmal bitte', { ...never, references: ['das'] })).toBe(true)
    expect(isFollowUp('continue', { ...defaultFollowUpRule, maxCharacters: 7 })).toBe(false)
    expect(isFollowUp('yes please do so', { ...defaultFollowUpRule, maxWords: 3 })).toBe(false)
  })

  it('compares whole words: "italy" holds no "it", "nowhere" does not begin with "now"', () => {
    expect(isFollowUp('Summarise the history of Italy')).toBe(false)
    expect(isFollowUp('Nowhere else do kangaroos live')).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { defaultFollowUpRule, englishFollowUpRule, isFollowUp, isListedFollowUp } from './follow-up.ts'

describe('isListedFollowUp', () => {
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
    expect(isListedFollowUp(turn, englishFollowUpRule)).toBe(true)
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
    expect(isListedFollowUp(turn, englishFollowUpRule)).toBe(false)
  })

  it('follows the rule that it is given', () => {
    const never = defaultFollowUpRule
    expect(isListedFollowUp('commit it', never)).toBe(false)
    expect(isListedFollowUp('weiter so, bitte', { ...never, openings: ['weiter'] })).toBe(true)
    expect(isListedFollowUp('mach das nochmal bitte', { ...never, references: ['das'] })).toBe(true)
    expect(isListedFollowUp('continue', { ...englishFollowUpRule, maxCharacters: 7 })).toBe(false)
    expect(isListedFollowUp('yes please do so', { ...englishFollowUpRule, maxWords: 3 })).toBe(false)
  })

  it('compares whole words: "italy" holds no "it", "nowhere" does not begin with "now"', () => {
    expect(isListedFollowUp('Summarise the history of Italy', englishFollowUpRule)).toBe(false)
    expect(isListedFollowUp('Nowhere else do kangaroos live', englishFollowUpRule)).toBe(false)
  })
})

describe('isFollowUp', () => {
  const never = { isFollowUp: () => false }

  it('asks the reader, with the answer before the turn', () => {
    const asked: string[][] = []
    const reader = {
      isFollowUp(turn: string, answer: string) {
        asked.push([turn, answer])
        return turn === 'Berlin'
      },
    }
    expect(isFollowUp('Berlin', 'Which city?', defaultFollowUpRule, reader)).toBe(true)
    expect(isFollowUp('Explain monads', '', defaultFollowUpRule, reader)).toBe(false)
    expect(asked).toEqual([
      ['Berlin', 'Which city?'],
      ['Explain monads', ''],
    ])
  })

  it('lets the lists of the rule win over the reader', () => {
    expect(isFollowUp('tovább', '', { ...defaultFollowUpRule, openings: ['tovább'] }, never)).toBe(true)
  })

  it('takes the English lists without a reader only', () => {
    expect(isFollowUp('commit it', '', defaultFollowUpRule)).toBe(true)
    expect(isFollowUp('commit it', '', defaultFollowUpRule, never)).toBe(false)
  })
})

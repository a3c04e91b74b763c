import { describe, it } from 'vitest'
import { expectLinear } from '../../../../test/support/counting/counted-steps.ts'
import { compilePattern } from './pattern.ts'

const sources = [
  '(a+)+$',
  '(a*)*b',
  '((a|aa)+)+c',
  '(?:a?){20}a{20}c',
  '^(?:.*a){12}c',
  '(?:x+x+)+y',
  '\\b(?:\\w+\\s?)+$!',
  '(a|b|ab)*bc',
]
const texts: readonly (readonly [what: string, text: (size: number) => string])[] = [
  ['one letter', (size) => 'a'.repeat(size)],
  ['letters that nearly match', (size) => `${'ab'.repeat(size / 2)}!`],
  ['words', (size) => 'aa ax '.repeat(size / 6)],
  ['letters beyond ASCII', (size) => 'äé'.repeat(size / 2)],
]

describe('the work of a pattern of a rule', () => {
  it.each(sources.flatMap((source) => texts.map(([what, text]) => [source, what, text] as const)))(
    'of /%s/ on %s is linear',
    async (source, _what, text) => {
      const pattern = compilePattern(source)
      await expectLinear((size) => pattern.test(text(size)), 2400)
    },
  )
})

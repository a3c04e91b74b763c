import { type Pattern, patternOfText } from '../../../base/text/pattern/pattern.ts'
import { DataError } from '../../../errors.ts'
import { type Checker, checked, quoted, unparsable } from './checker.ts'

const keptPatterns = 1000

/**
 * The reference is a regular expression, `source` or `/source/flags` (flags of i, m, s). The answer agrees if the
 * expression matches anywhere in it; `^` and `$` anchor it. Takes time proportional to the answer for any pattern: see
 * `compilePattern`, whose syntax is JavaScript's without look-around and back references.
 *
 * `extracted` is the whole answer without white space at its ends; this text is matched. An empty answer is unparsable.
 */
export function createRegexChecker(): Checker {
  const patterns = new Map<string, Pattern>()
  return (answer, reference) => {
    const pattern = patterns.get(reference) ?? compiled(reference)
    if (patterns.size >= keptPatterns) patterns.clear()
    patterns.set(reference, pattern)
    const given = answer.trim()
    if (given === '') return unparsable('the answer is empty')
    const agrees = pattern.test(given)
    return checked(
      agrees,
      given,
      `/${pattern.source}/ ${agrees ? 'matches' : 'does not match'} ${quoted(given)}`,
    )
  }
}

function compiled(reference: string): Pattern {
  try {
    return patternOfText(reference)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(
      'invalid-reference',
      `The reference ${quoted(reference)} is not a pattern: ${reason}.`,
      {
        cause,
      },
    )
  }
}

import { type Checker, checked, quoted, unparsable } from './checker.ts'

export type ExactOptions = {
  /** Upper and lower case are the same. False unless told. */
  readonly ignoreCase?: boolean
}

/**
 * The answer is the reference, character by character, but for the form of Unicode (NFC), white space at the ends,
 * and how much white space there is in between. An answer of nothing is unparsable, unless nothing is the reference.
 */
export function createExactChecker(options: ExactOptions = {}): Checker {
  const normal = (text: string) => {
    const spaced = text.normalize('NFC').trim().replaceAll(/\s+/g, ' ')
    return options.ignoreCase === true ? spaced.toLowerCase() : spaced
  }
  return (answer, reference) => {
    const given = normal(answer)
    const wanted = normal(reference)
    if (given === '' && wanted !== '') return unparsable('the answer is empty')
    const agrees = given === wanted
    return checked(agrees, given, `${quoted(given)} is ${agrees ? '' : 'not '}${quoted(wanted)}`)
  }
}

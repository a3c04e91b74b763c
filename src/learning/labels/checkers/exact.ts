import { type Checker, checked, quoted, unparsable } from './checker.ts'

export type ExactOptions = {
  /** Whether upper and lower case are equal. Default: false. */
  readonly ignoreCase?: boolean
}

/**
 * The answer equals the reference, character by character, except for the form of Unicode (NFC), white space at the
 * ends, and the amount of white space in between. An empty answer is unparsable unless the reference is empty.
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

import { DataError } from '../../../errors.ts'
import { type Checker, checked, quoted, unparsable } from './checker.ts'
import { type ReadNumber, readNumbers } from './number-reading.ts'

export type NumericOptions = {
  /** The largest difference between answer and reference that still counts as equal. Default: 0. */
  readonly tolerance?: number
}

/** The rounding error allowed for doubles such as 1/3 or 0.1 + 0.2, relative to the reference. */
const roundingError = 1e-9

/**
 * The final number of an answer, compared with a reference that is a number or ends in `#### 42` as GSM8K's do.
 * Searched in this order:
 *
 * 1. after the last `####`;
 * 2. in the last `\boxed{…}`, which must hold one number (after its last `=`);
 * 3. after the last `answer is` or `answer:`, the first number of that line (after its last `=`);
 * 4. the last number of the answer.
 *
 * Commas are read as thousands (`1,234`), fractions as `3/4`, `1 1/2`, `½` or `\frac{3}{4}`, powers as `1.5e3` or `1.5
 * × 10^3`, and `3 million` as 3,000,000; currency signs and units are ignored. A percent sign on one side only is read
 * both ways: `50%` equals 50 and 0.5. An answer is unparsable if it has no number, or if the expected number is
 * ambiguous (`3,14`, `12:30`, `42k`).
 *
 * Equal is |answer − reference| ≤ max(tolerance, 10⁻⁹ · |reference|).
 */
export function createNumericChecker(options: NumericOptions = {}): Checker {
  const { tolerance = 0 } = options
  return (answer, reference) => {
    const wanted = referenceNumber(reference)
    const found = settledNumber(answer)
    if (typeof found === 'string') return unparsable(found)
    const agrees = readings(found, wanted).some(([given, expected]) => {
      const allowed = Math.max(tolerance, roundingError * Math.abs(expected))
      return Math.abs(given - expected) <= allowed
    })
    return checked(agrees, found.text, `${found.text} is ${agrees ? '' : 'not '}${wanted.text}`)
  }
}

/** Pairs of answer and reference in one unit. A percent sign on one side only is read both ways. */
function readings(given: ReadNumber, wanted: ReadNumber): (readonly [number, number])[] {
  const asWritten = [given.value, wanted.value] as const
  if (given.isPercent === wanted.isPercent) return [asWritten]
  return [asWritten, given.isPercent ? [given.value / 100, wanted.value] : [given.value, wanted.value / 100]]
}

function referenceNumber(reference: string): ReadNumber {
  const marked = reference.slice(reference.lastIndexOf('####') + 1)
  const numbers = readNumbers(marked)
  const [number] = numbers
  if (number !== undefined && number.value !== null && numbers.length === 1) return number
  throw new DataError(
    'invalid-reference',
    `The reference ${quoted(reference)} holds ${numbers.length === 0 ? 'no number' : 'no single number that can be read'}; give one, such as 42 or #### 42.`,
  )
}

const announcement = /\banswer(?:\s{1,3}is|\s{0,3}[:=])/gi

/** The number, or why there is none. */
function settledNumber(answer: string): ReadNumber | string {
  const marked = answer.lastIndexOf('####')
  if (marked >= 0) return firstNumber(lineFrom(answer, marked + 4), 'behind ####')
  const boxed = lastBoxed(answer)
  if (boxed !== undefined) return onlyNumber(afterEquals(boxed))
  const announced = [...answer.matchAll(announcement)].at(-1)
  if (announced !== undefined) {
    const line = lineFrom(answer, announced.index + announced[0].length)
    if (readNumbers(line).length > 0) return firstNumber(afterEquals(line), 'behind the announced answer')
  }
  const last = readNumbers(answer).at(-1)
  if (last === undefined) return 'the answer holds no number'
  return last.value === null ? ambiguous(last.text) : last
}

function firstNumber(text: string, place: string): ReadNumber | string {
  const [first] = readNumbers(text)
  if (first === undefined) return `there is no number ${place}`
  return first.value === null ? ambiguous(first.text) : first
}

function onlyNumber(text: string): ReadNumber | string {
  const numbers = readNumbers(text)
  if (numbers.length > 1) return `the box holds several numbers: ${quoted(text)}`
  return firstNumber(text, `in the box ${quoted(text)}`)
}

function ambiguous(text: string): string {
  return `${quoted(text)} can be read in more than one way`
}

/** The text from this position to the end of the line, or to the end of the next line that is not empty. */
function lineFrom(text: string, start: number): string {
  const rest = text.slice(start).trimStart()
  return rest.split('\n', 1)[0] ?? ''
}

function afterEquals(text: string): string {
  return text.slice(text.lastIndexOf('=') + 1)
}

/**
 * The content of the last `\boxed{…}`, with its own braces matched; undefined if there is none or it does not close.
 */
function lastBoxed(text: string): string | undefined {
  const start = text.lastIndexOf('\\boxed{')
  if (start < 0) return undefined
  const from = start + '\\boxed{'.length
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return text.slice(from, at)
  }
  return undefined
}

import { DataError } from '../../../errors.ts'
import { type Checker, checked, quoted, unparsable } from './checker.ts'

/** A letter that the answer names, and where. */
type Named = { readonly letter: string; readonly at: number }

/**
 * The letter, A to J, that a free-form answer to a multiple-choice question chooses, compared with a reference such as
 * `B` or `(B)`. Searched in this order; the first place that names a letter decides:
 *
 * 1. an explicit statement, the last one if there are several: `The answer is (B)`, `Final answer: **B**`, `\boxed{B}`;
 * 2. the whole answer, or its first line, begins as an option does: `B`, `(b)`, `B. Paris`, `**B)** Paris`;
 * 3. the last line is an option's letter alone;
 * 4. the only letter that is written as an option's anywhere: `(B)`, `B)`, `**B**`, `option B`, `go with B`.
 *
 * The article `A` and the pronoun `I` count as letters only if they are marked as options. An answer that names several
 * letters (`A or B`) or none is unparsable.
 */
export function createMultipleChoiceChecker(): Checker {
  return (answer, reference) => {
    const wanted = referenceLetter(reference)
    const text = answer.trim()
    if (text === '') return unparsable('the answer is empty')
    const found = saidOutright(text) ?? asFirstLine(text) ?? asLastLine(text) ?? onlyLetter(text)
    if (typeof found === 'string') return unparsable(found)
    const { letter, at } = found
    const context = quoted(text.slice(Math.max(0, at - 20), at + 20).replaceAll(/\s+/g, ' '))
    return checked(
      letter === wanted,
      letter,
      `${letter} (in ${context}) is ${letter === wanted ? '' : 'not '}${wanted}`,
    )
  }
}

function referenceLetter(reference: string): string {
  const letter = /^\(?([A-J])[).:]?$/i.exec(reference.trim())?.[1]
  if (letter !== undefined) return letter.toUpperCase()
  throw new DataError(
    'invalid-reference',
    `The reference ${quoted(reference)} is not an option of a multiple-choice question, which is a letter from A to J.`,
  )
}

// Every repetition below has a bound or a character class that it does not share, so matching is never slow.
/** Matches up to the letter: `answer is`, `correct option: **`, `\boxed{\text{`. */
const announcement =
  /\\boxed\{\s{0,3}(?:\\text\{)?|\b(?:answer|option|choice|selection)\b(?:\s{1,3}(?:would|should|must)\s{1,3}be|\s{0,3}(?:is|:|=))(?:\s{0,3}(?:is|:))?(?:\s{1,3}(?:clearly|therefore|thus|definitely|probably|option|choice|answer|letter)){0,2}\s{0,3}:?/gi
/** An option's letter, with the marks that may surround it. */
const letterHere = /[\s*_`"'$]{0,8}([([]?)[\s*_`]{0,3}([A-Ja-j])(?![A-Za-z0-9])/y
const alternative =
  /[\s*_`"')\].]{0,8}(?:or|and|and\/or|\/|,|&)[\s*_`"'([]{1,8}(?:[B-HJ]|[AI](?!\s[a-z]))(?![A-Za-z0-9'’])|[*_`"')\]]{0,8}\/[*_`"'([]{0,8}[A-J](?![A-Za-z0-9])/y
const articleFollower =
  /[*_`]{0,3}\s{1,3}(?!(?:because|since|as|is|which|for|due|given|with|based|and|or|but|per)\b)[\p{L}']/uy
const pronounFollower =
  /\s{1,3}(?:am|think|believe|would|will|have|had|was|can|could|cannot|do|did|guess|say|chose|choose|know)\b/y

function saidOutright(text: string): Named | string | undefined {
  let last: Named | string | undefined
  for (const match of text.matchAll(announcement)) {
    const end = match.index + match[0].length
    letterHere.lastIndex = end
    const found = letterHere.exec(text)
    if (found === null) continue
    const [whole, bracket = '', letter = ''] = found
    const at = letterHere.lastIndex - 1
    if (!standsAsLetter(text, letter, at, bracket !== '' || /[*_`"'{]/.test(whole) || match[0].includes('{')))
      continue
    last = settled(text, letter, at)
  }
  return last
}

/** The letter, unless another is put beside it. */
function settled(text: string, letter: string, at: number): Named | string {
  alternative.lastIndex = at + 1
  const other = alternative.exec(text)
  if (other === null) return { letter: letter.toUpperCase(), at }
  return `the answer names several options: ${quoted(text.slice(at, alternative.lastIndex))}`
}

/** @param isWrapped in brackets or similar marks, which do not surround an article or a pronoun. */
function standsAsLetter(text: string, letter: string, at: number, isWrapped: boolean): boolean {
  if (isWrapped) return true
  const next = text.slice(at + 1, at + 2)
  if (/['’+#-]/.test(next)) return false
  if (letter === 'a' || letter === 'i') return next === '' || /[).\]:,;\n]/.test(next)
  if (letter === 'I' && matchesAt(pronounFollower, text, at + 1)) return false
  return !((letter === 'A' || letter === 'I') && matchesAt(articleFollower, text, at + 1))
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at
  return pattern.test(text)
}

/** `B`, `(b)`, `B. Paris`, `**B)** Paris`, `B: …`, `B - …`; not `A dog`, not `I think`. */
const optionLine =
  /^[\s*_`"'>#]{0,8}(?:\(\s?([A-Ja-j])\s?\)|\[([A-Ja-j])\]|([A-Ja-j])(?=\s*$|[*_`"']{0,3}[.):]|[*_`"']{1,3}(?:\s|$)|\s[-–—]\s|\s?[,/&]\s?[A-J]\b|\s(?:or|and)\s[A-J]\b))/

function asFirstLine(text: string): Named | string | undefined {
  const line = text.split('\n', 1)[0] ?? ''
  const match = optionLine.exec(line)
  if (match === null) return undefined
  const letter = match[1] ?? match[2] ?? match[3] ?? ''
  const at = match[0].lastIndexOf(letter)
  const found = settled(text, letter, at)
  // A list of the options begins like an answer.
  const others = text
    .split('\n')
    .slice(1)
    .some((each) => optionLine.test(each) && !lineIs(each, letter))
  return others && typeof found !== 'string' ? undefined : found
}

function lineIs(line: string, letter: string): boolean {
  const match = optionLine.exec(line)
  return (match?.[1] ?? match?.[2] ?? match?.[3])?.toUpperCase() === letter.toUpperCase()
}

const letterAlone = /^[\s*_`"'>#$]{0,8}[([]?([A-J])[)\].]?[\s*_`"'.$]{0,8}$/

function asLastLine(text: string): Named | undefined {
  const start = text.lastIndexOf('\n') + 1
  const letter = start === 0 ? undefined : letterAlone.exec(text.slice(start))?.[1]
  return letter === undefined ? undefined : { letter, at: text.indexOf(letter, start) }
}

/** A single capital is not always an option: vitamin C, plan B. */
const optionLetter =
  /[([*_`"]\s?([A-J])\s?[)\]*_`"]|(?<![\p{L}\p{N}])([A-J])\)|\b(?:[Oo]ption|[Cc]hoice|[Aa]nswer|[Ll]etter|is|be|with|choose|chose|pick|picked|select|selected)\s{1,3}([A-J])(?![\p{L}\p{N}])/gu

function onlyLetter(text: string): Named | string {
  const named = new Map<string, number>()
  for (const { index, 0: whole, 1: wrapped, 2: closed, 3: said } of text.matchAll(optionLetter)) {
    const letter = wrapped ?? closed ?? said ?? ''
    const at = index + whole.lastIndexOf(letter)
    if (standsAsLetter(text, letter, at, said === undefined) && !named.has(letter)) named.set(letter, at)
  }
  const [first, second] = named
  if (first === undefined) return 'the answer names no option'
  if (second !== undefined) return `the answer names several options: ${[...named.keys()].join(', ')}`
  return settled(text, ...first)
}

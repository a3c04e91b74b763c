import { type AnswerOptionsFinder, createAnswerOptionsFinder } from './answer-options.ts'
import { characterClass, classOf, lowerCaseOf } from './characters.ts'
import { noCounts, type TextCounts } from './text-counts.ts'
import { hashEnd, hashSeed, hashStep, numberHashes } from './token-hash.ts'

/**
 * Of a longer text only the first and last halves of this many UTF-16 code units are read, which bounds the time;
 * its length is exact.
 */
export const measuredCharacters = 8_000

/**
 * The result of one pass over a text. One object is reused from text to text: read it before the next scan.
 * Tokens are runs of letters, numbers (`1,200.5` is one), and single characters of scripts without spaces.
 */
export type TextScan = {
  /** UTF-16 code units of the whole text. */
  length: number
  /** The number of those that were read. */
  measured: number
  tokens: number
  readonly tokenHashes: Int32Array
  readonly tokenStarts: Int32Array
  readonly tokenEnds: Int32Array
  readonly options: AnswerOptionsFinder
  counts: TextCounts
}

const half = measuredCharacters / 2
const longWordLetters = 9
const longNumberDigits = 4

/** A function that scans texts, with its own buffers (about 100 kB). */
export function createTextScanner(): (text: string) => TextScan {
  const scan: TextScan = {
    length: 0,
    measured: 0,
    tokens: 0,
    tokenHashes: new Int32Array(measuredCharacters),
    tokenStarts: new Int32Array(measuredCharacters),
    tokenEnds: new Int32Array(measuredCharacters),
    options: createAnswerOptionsFinder(),
    counts: noCounts(),
  }
  return (text) => {
    scan.length = text.length
    scan.measured = 0
    scan.tokens = 0
    scan.options.clear()
    scan.counts = noCounts()
    if (text.length <= measuredCharacters) {
      scanRange(scan, text, 0, text.length)
    } else {
      scanRange(scan, text, 0, half)
      scanRange(scan, text, text.length - half, text.length)
    }
    if (scan.counts.sentences === 0 && scan.tokens > 0) scan.counts.sentences = 1
    return scan
  }
}

/** Reads `text[from, to)` once, left to right; every branch moves forward by at least one code unit. */
function scanRange(scan: TextScan, text: string, from: number, to: number): void {
  scan.measured += to - from
  let at = from
  let sentenceStart = true
  let lineStart = from
  while (at < to) {
    const code = text.charCodeAt(at)
    switch (classOf(code)) {
      case characterClass.lower:
      case characterClass.upper:
      case characterClass.caseless:
        at = readWord(scan, text, at, to, sentenceStart)
        sentenceStart = false
        continue
      case characterClass.digit:
        at = readNumber(scan, text, at, to)
        sentenceStart = false
        continue
      case characterClass.ideograph:
        scan.counts.nonAscii++
        scan.counts.letters++
        addToken(scan, hashEnd(hashStep(hashSeed, code)), at, at + 1)
        sentenceStart = false
        break
      case characterClass.newline:
        readLineEnd(scan, text, lineStart, at, to)
        lineStart = at + 1
        sentenceStart = true
        break
      case characterClass.space:
        break
      case characterClass.terminator:
        scan.counts.punctuation++
        if (code === 0x3f || code === 0xff1f) scan.counts.questionMarks++
        if (code > 127) scan.counts.nonAscii++
        if (endsSentence(text, at, to, code)) {
          scan.counts.sentences++
          sentenceStart = true
        }
        break
      case characterClass.operator:
        scan.counts.operators++
        if (code > 127) scan.counts.nonAscii++
        else readOperator(scan, text, at, to, code)
        break
      case characterClass.bracket:
        scan.counts.brackets++
        if (code === 0x7b || code === 0x7d) scan.counts.codeMarks++
        else if (code === 0x28 && at + 1 < to && text.charCodeAt(at + 1) === 0x29) scan.counts.codeMarks++
        break
      case characterClass.punctuation:
        readPunctuation(scan, text, at, to, code)
        break
      default:
        if (code === 0x24) scan.counts.dollarSigns++
        else if (code > 127) scan.counts.nonAscii++
    }
    at++
  }
  if (to > lineStart) readLineEnd(scan, text, lineStart, to, to)
}

function addToken(scan: TextScan, hash: number, start: number, end: number): void {
  const index = scan.tokens++
  scan.tokenHashes[index] = hash
  scan.tokenStarts[index] = start
  scan.tokenEnds[index] = end
}

function readWord(scan: TextScan, text: string, start: number, to: number, sentenceStart: boolean): number {
  let hash = hashSeed
  let at = start
  let upper = 0
  while (at < to) {
    const code = text.charCodeAt(at)
    if (code >= 97 && code <= 122) {
      hash = hashStep(hash, code)
    } else if (code >= 65 && code <= 90) {
      hash = hashStep(hash, code + 32)
      upper++
    } else if (code > 127) {
      const kind = classOf(code)
      if (kind === characterClass.upper) upper++
      else if (kind !== characterClass.lower && kind !== characterClass.caseless) break
      hash = hashStep(hash, lowerCaseOf(code))
      scan.counts.nonAscii++
    } else break
    at++
  }
  const letters = at - start
  scan.counts.words++
  scan.counts.wordLetters += letters
  scan.counts.letters += letters
  scan.counts.upperLetters += upper
  if (letters >= longWordLetters) scan.counts.longWords++
  if (letters === 1) readSingleLetter(scan, text, start, to)
  else if (upper > 0 && !sentenceStart) scan.counts.capitalisedWords++
  addToken(scan, hashEnd(hash), start, at)
  return at
}

/** One letter alone: an option's label, the `t` of `don't`, a variable, or the words `a` and `I`. */
function readSingleLetter(scan: TextScan, text: string, at: number, to: number): void {
  const code = text.charCodeAt(at)
  const before = at > 0 ? text.charCodeAt(at - 1) : 0x0a
  if (before === 0x27 || before === 0x2019) {
    if (code === 0x74) scan.counts.contractedNots++
    return
  }
  const next = at + 1 < to ? text.charCodeAt(at + 1) : 0
  if (code >= 65 && code <= 90 && isOptionLabel(before, next)) {
    scan.options.offer(code - 65, at, scan.tokens)
    return
  }
  if (code !== 0x61 && code !== 0x49) scan.counts.singleLetters++
}

function isOptionLabel(before: number, next: number): boolean {
  if (before === 0x28) return next === 0x29
  if (before === 0x0a) return next === 0x2e || next === 0x29 || next === 0x3a
  return before === 0x20 && next === 0x29
}

function readNumber(scan: TextScan, text: string, start: number, to: number): number {
  let at = start
  let digits = 0
  let decimal = false
  while (at < to) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) digits++
    else if (code === 0x2e && !decimal && isDigit(text, at + 1, to)) decimal = true
    else if (code !== 0x2c || decimal || !isThousands(text, at, to)) break
    at++
  }
  scan.counts.numbers++
  scan.counts.digits += digits
  if (decimal) scan.counts.decimals++
  if (digits >= longNumberDigits) scan.counts.longNumbers++
  addToken(scan, numberHashes[Math.min(digits, numberHashes.length - 1)]!, start, at)
  return at
}

function isDigit(text: string, at: number, to: number): boolean {
  if (at >= to) return false
  const code = text.charCodeAt(at)
  return code >= 48 && code <= 57
}

/** A comma with exactly three digits behind it. */
function isThousands(text: string, at: number, to: number): boolean {
  return (
    isDigit(text, at + 1, to) &&
    isDigit(text, at + 2, to) &&
    isDigit(text, at + 3, to) &&
    !isDigit(text, at + 4, to)
  )
}

/** The last mark of a run of them (`?!`, `...`), behind something and before a space, a quote or the end. */
function endsSentence(text: string, at: number, to: number, code: number): boolean {
  if (at === 0) return false
  const before = classOf(text.charCodeAt(at - 1))
  if (before === characterClass.space || before === characterClass.newline) return false
  const next = at + 1 < to ? classOf(text.charCodeAt(at + 1)) : characterClass.newline
  if (next === characterClass.terminator) return false
  if (code > 127) return true
  if (code === 0x2e && isListMark(text, at)) return false
  return (
    next === characterClass.space || next === characterClass.newline || next === characterClass.punctuation
  )
}

/** The dot of `A.`, of an initial, or of `1.` at the start of a line. */
function isListMark(text: string, dot: number): boolean {
  const mark = classOf(text.charCodeAt(dot - 1))
  if (mark !== characterClass.upper && mark !== characterClass.digit) return false
  const before = dot >= 2 ? classOf(text.charCodeAt(dot - 2)) : characterClass.newline
  return (
    before === characterClass.newline || (mark === characterClass.upper && before === characterClass.space)
  )
}

function readOperator(scan: TextScan, text: string, at: number, to: number, code: number): void {
  if (code === 0x25) scan.counts.percentSigns++
  if (code !== 0x3d) return
  scan.counts.equalsSigns++
  const next = at + 1 < to ? text.charCodeAt(at + 1) : 0
  if (next === 0x3d || next === 0x3e) scan.counts.codeMarks++
}

function readPunctuation(scan: TextScan, text: string, at: number, to: number, code: number): void {
  scan.counts.punctuation++
  if (code > 127) {
    scan.counts.nonAscii++
    return
  }
  if (code === 0x2c) scan.counts.commas++
  else if (code === 0x3a) scan.counts.colons++
  else if (code === 0x22 || code === 0x60) scan.counts.quotes++
  else if (code === 0x5f) scan.counts.underscores++
  else if (code === 0x3b) scan.counts.codeMarks++
  else if (code === 0x2d) {
    if (at + 1 < to && (isDigit(text, at + 1, to) || text.charCodeAt(at + 1) === 0x20))
      scan.counts.operators++
  } else if (code === 0x5c && at + 1 < to) {
    const next = text.charCodeAt(at + 1) | 32
    if (next >= 97 && next <= 122) scan.counts.latexCommands++
  }
}

/** Counts the line `[start, end)`: blank, indented (two spaces or a tab), or plain. */
function readLineEnd(scan: TextScan, text: string, start: number, end: number, to: number): void {
  scan.counts.lines++
  const first = start < end ? text.charCodeAt(start) : 0x0a
  if (start === end) {
    if (end < to) scan.counts.blankLines++
  } else if (first === 0x09 || (first === 0x20 && end - start > 2 && text.charCodeAt(start + 1) === 0x20)) {
    scan.counts.indentedLines++
  }
}

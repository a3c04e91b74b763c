import { tokensOfCharacter } from './script-weights.ts'

/**
 * About how many tokens a text has, without a tokenizer: one pass that allocates nothing. Of a text of more than 65,536
 * UTF-16 units only 64 evenly spaced windows of 1,024 are read, so the time is bounded.
 *
 * Words of Latin letters (a capital begins one: `getName` is two), the letters of a word beyond the sixth, capitals after
 * a capital, groups of up to three digits, and runs of ASCII punctuation count by the weights below; every other character
 * by its script. White space counts nothing, because tokenizers join it to what follows. The weights are the least squares
 * of the relative error to the counts of `o200k_base` (gpt-4o, gpt-5) on prose, chat, code and JSON in English, prompts in
 * eleven languages and names in forty, rounded. docs/performance.md has the error by kind of text.
 *
 * @returns 0 or more; not rounded.
 */
export function estimateTokens(text: string): number {
  const { length } = text
  if (length <= windows * windowLength) return estimateRange(text, 0, length)
  const step = (length - windowLength) / (windows - 1)
  let tokens = 0
  for (let window = 0; window < windows; window++) {
    const start = Math.floor(window * step)
    tokens += estimateRange(text, start, start + windowLength)
  }
  return (tokens * length) / (windows * windowLength)
}

const windows = 64
const windowLength = 1024

function estimateRange(text: string, start: number, end: number): number {
  let tokens = 0
  let previous = space
  /** Letters of the word, or digits of the group, so far. */
  let run = 0
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code >= 0x80) {
      tokens += tokensOfCharacter(code)
      previous = other
      continue
    }
    const kind = kindOfAscii[code]!
    switch (kind) {
      case lowerCase:
        if (previous === lowerCase || (previous === upperCase && run === 1)) {
          run++
          if (run > commonWordLength) tokens += perFurtherLetter
        } else {
          run = 1
          tokens += perWord
        }
        break
      case upperCase:
        if (previous === upperCase) {
          run++
          tokens += perFurtherCapital
        } else {
          run = 1
          tokens += perWord
        }
        break
      case digit:
        if (previous === digit && run < digitsOfGroup) run++
        else {
          run = 1
          tokens += perDigitGroup
        }
        break
      case punctuation:
        if (previous !== punctuation) tokens += perPunctuationRun
        break
    }
    previous = kind
  }
  return tokens
}

/** One run of punctuation, such as `","` between two members of a JSON object. */
export const perPunctuationRun = 1.35
const perWord = 0.72
const perFurtherLetter = 0.6
const perFurtherCapital = 0.45
const perDigitGroup = 1.15
const commonWordLength = 6
const digitsOfGroup = 3

const space = 0
const lowerCase = 1
const upperCase = 2
const digit = 3
const punctuation = 4
const other = 5

const kindOfAscii = Uint8Array.from({ length: 0x80 }, (_, code) => {
  if (code <= 0x20 || code === 0x7f) return space
  if (code >= 0x61 && code <= 0x7a) return lowerCase
  if (code >= 0x41 && code <= 0x5a) return upperCase
  return code >= 0x30 && code <= 0x39 ? digit : punctuation
})

import { addedTokens, classOfAscii, nextState, noWord } from './ascii-states.ts'
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
  let ofAscii = 0
  let ofOthers = 0
  let state = noWord
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x80) {
      const transition = state | classOfAscii[code]!
      ofAscii += addedTokens[transition]!
      state = nextState[transition]!
    } else {
      ofOthers += tokensOfCharacter(code)
      state = noWord
    }
  }
  return ofAscii / 100 + ofOthers
}

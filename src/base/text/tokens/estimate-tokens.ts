import { addedTokens, classOfAscii, nextState, noWord } from './ascii-states.ts'
import { tokensOfCharacter } from './script-weights.ts'

/**
 * About how many tokens a text has, without a tokenizer: one pass that allocates nothing. Of a text of more than 1,024
 * UTF-16 units only evenly spaced windows of 128 are read: a quarter of the text, at least 1,024 units and at most 65,536. A
 * conversation comes whole with each request, so the pass is not to cost as much as parsing it.
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
  if (length <= readWhole) return estimateRange(text, 0, length)
  const read = Math.min(mostRead, Math.max(readWhole, length * readShare))
  const windows = Math.ceil(read / windowLength)
  const step = (length - windowLength) / (windows - 1)
  let tokens = 0
  for (let window = 0; window < windows; window++) {
    const start = Math.floor(window * step)
    tokens += estimateRange(text, start, start + windowLength)
  }
  return (tokens * length) / (windows * windowLength)
}

const readWhole = 1024
const readShare = 1 / 4
const mostRead = 65_536
const windowLength = 128
/** Before a window, so that a word that began there is not counted as one of the window's. */
const leadLength = 8

function estimateRange(text: string, start: number, end: number): number {
  let ofAscii = 0
  let ofOthers = 0
  let state = noWord
  for (let index = Math.max(0, start - leadLength); index < start; index++) {
    const code = text.charCodeAt(index)
    state = code < 0x80 ? nextState[state | classOfAscii[code]!]! : noWord
  }
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

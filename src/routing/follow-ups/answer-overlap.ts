import { hashSeed, hashStep } from '../../base/text/token-hash.ts'

/** Numbers of the words that a turn shares with the answer before it, each from 0 to 1. */
const overlapFeatures = [
  'share of stems in the answer',
  'a stem in the answer',
  'a stem in the answer, asks',
  'stems in the answer',
  'no stem in the answer, of three or more',
  'no stem in the answer, asks',
  'no stem in the answer, of three or more, asks',
  'stems',
] as const

export const overlapFeatureCount = overlapFeatures.length

/** Letters of a word that stand for it, so that "inflection" matches "inflected". Shorter words are mostly not about the topic. */
const stemLetters = 5
const shortestStem = 4
/** Korean syllables of a word that stand for it: what follows is mostly a particle. */
const stemSyllables = 2

/**
 * A function that writes `overlapFeatureCount` numbers to `target` from `offset` on.
 *
 * @param turn and `answer` in lower case, the answer '' if it is not known.
 * @param asks whether the turn has a question mark.
 */
export function createOverlapReader(): (
  turn: string,
  answer: string,
  asks: boolean,
  target: Float32Array,
  offset: number,
) => void {
  const stems = new Set<number>()
  const add = (stem: number) => {
    stems.add(stem)
  }
  const strike = (stem: number) => {
    stems.delete(stem)
  }
  return (turn, answer, asks, target, offset) => {
    stems.clear()
    readStems(turn, add)
    const { size } = stems
    if (size > 0) readStems(answer, strike)
    const shared = size - stems.size
    const none = answer !== '' && shared === 0
    target[offset] = size === 0 ? 0 : shared / size
    target[offset + 1] = bit(shared > 0)
    target[offset + 2] = bit(shared > 0 && asks)
    target[offset + 3] = Math.min(shared, 3) / 3
    target[offset + 4] = bit(none && size >= 3)
    target[offset + 5] = bit(none && asks)
    target[offset + 6] = bit(none && size >= 3 && asks)
    target[offset + 7] = Math.min(size, 8) / 8
  }
}

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const hangul = /\p{Script=Hangul}/u

/** Gives `note` the hashes of the beginnings of the words in `text`; of scripts without spaces, of each pair of characters. */
function readStems(text: string, note: (stem: number) => void): void {
  for (const word of text.match(wordPattern) ?? []) {
    const { length } = word
    if (word.charCodeAt(0) >= firstUnspaced && unspaced.test(word))
      for (let at = 0; at + 1 < length; at++) note(hashOf(word, at, at + 2))
    else if (word.charCodeAt(0) >= firstUnspaced && hangul.test(word)) {
      if (length >= stemSyllables) note(hashOf(word, 0, stemSyllables))
    } else if (length >= shortestStem) note(hashOf(word, 0, Math.min(length, stemLetters)))
  }
}

/** Words that begin with a lower code unit are not of the scripts above, or only in part. */
const firstUnspaced = 0x1100

function hashOf(word: string, from: number, to: number): number {
  let hash = hashSeed
  for (let at = from; at < to; at++) hash = hashStep(hash, word.charCodeAt(at))
  return hash
}

function bit(is: boolean): number {
  return is ? 1 : 0
}

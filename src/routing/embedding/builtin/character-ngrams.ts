import { lowerCaseOf } from '../../../base/text/characters.ts'
import { hashEnd, hashSeed, hashStep } from '../../../base/text/token-hash.ts'

export const shortestNgram = 3
export const longestNgram = 5

/** Longer words are cut to their first characters, so that the work per word is bounded. */
const maxWordCharacters = 16

/** At most this many n-grams come from one word. */
export const maxNgrams = 3 * (maxWordCharacters + 2)

const wordBoundary = 0x20

/**
 * Writes the hashes of the character n-grams of the word `text[start, end)`, with a boundary mark at both of its
 * ends (`<ab`, `abc`, …), to `target`.
 *
 * @param target at least `maxNgrams` long
 * @returns how many were written
 */
export function characterNgrams(text: string, start: number, end: number, target: Int32Array): number {
  const length = Math.min(end - start, maxWordCharacters)
  let written = 0
  for (let first = -1; first < length; first++) {
    let hash = hashSeed
    for (let size = 1; size <= longestNgram; size++) {
      const at = first + size - 1
      if (at > length) break
      const code = at < 0 || at === length ? wordBoundary : lowerCaseOf(text.charCodeAt(start + at))
      hash = hashStep(hash, code)
      if (size >= shortestNgram) target[written++] = hashEnd(hash)
    }
  }
  return written
}

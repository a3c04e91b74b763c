/** The pieces of words that were cut before. Its memory is bounded: a word takes the place of an older one. */
export type WordCache = {
  /** The place of a word with this hash. */
  placeOf(hash: number): number
  /** @param codes the word, as code units. */
  holds(place: number, codes: Uint16Array, length: number): boolean
  /** Writes the pieces of the word at `place` to `target` from `at` on. Returns how many. */
  read(place: number, target: Int32Array, at: number): number
  /** Keeps the pieces `[first, end)` of `source`, if there are few enough. */
  store(
    place: number,
    codes: Uint16Array,
    length: number,
    source: Int32Array,
    first: number,
    end: number,
  ): void
}

/** Words of more code units are not kept. */
export const longestCachedWord = 16

const places = 8192
const mostPieces = 4

export function createWordCache(): WordCache {
  const lengths = new Uint8Array(places)
  const words = new Uint16Array(places * longestCachedWord)
  const counts = new Uint8Array(places)
  const pieces = new Int32Array(places * mostPieces)
  return {
    placeOf: (hash) => (hash ^ (hash >>> 15)) & (places - 1),
    holds(place, codes, length) {
      if (lengths[place] !== length) return false
      const first = place * longestCachedWord
      for (let at = 0; at < length; at++) if (words[first + at] !== codes[at]) return false
      return true
    },
    read(place, target, at) {
      const count = counts[place]!
      for (let piece = 0; piece < count; piece++) target[at + piece] = pieces[place * mostPieces + piece]!
      return count
    },
    store(place, codes, length, source, first, end) {
      if (end - first > mostPieces) return
      lengths[place] = length
      for (let at = 0; at < length; at++) words[place * longestCachedWord + at] = codes[at]!
      counts[place] = end - first
      for (let piece = first; piece < end; piece++)
        pieces[place * mostPieces + piece - first] = source[piece]!
    },
  }
}

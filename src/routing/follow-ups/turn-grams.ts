import { hashEnd, hashSeed, hashStep } from '../../base/text/token-hash.ts'

/** Places of the hashed grams in the table of weights. A power of two. */
export const gramPlaces = 1 << 17

const longestGram = 5
/** Two times the grams of the longest turn, rounded up to a power of two. */
const seenSlots = 4096
/** Mark the beginning and the end of a turn. */
const [before, after] = ['\u0002', '\u0003']
/** Seeds of the kinds of grams of words, so that equal words in different roles are different grams. */
const kinds = { word: 11, first: 12, last: 13, pair: 14 } as const

/** Distinct grams of a turn as places in a table of weights. `places` is valid up to `count`, until the next call. */
export type TurnGrams = { readonly places: Int32Array; count: number }

/**
 * A function that reads the grams of a turn: characters, 1 to 5 in a row with the turn's beginning and end, each word, the
 * first and the last one once more, and each pair of neighbours. Lower case; digits count as one digit. Each gram counts
 * once. Linear in the length of the turn, which the caller limits; grams beyond half of `seenSlots` are left out.
 */
export function createTurnGramReader(): (turn: string) => TurnGrams {
  const grams: TurnGrams = { places: new Int32Array(seenSlots / 2), count: 0 }
  const seen = new Int32Array(seenSlots)

  function add(hash: number): void {
    if (grams.count === grams.places.length) return
    const place = hashEnd(hash) & (gramPlaces - 1)
    let slot = place & (seenSlots - 1)
    while (seen[slot] !== 0) {
      if (seen[slot] === place + 1) return
      slot = (slot + 1) & (seenSlots - 1)
    }
    seen[slot] = place + 1
    grams.places[grams.count++] = place
  }

  return (turn) => {
    if (grams.count > 0) seen.fill(0)
    grams.count = 0
    const plain = turn
      .toLowerCase()
      .replace(/\p{Nd}/gu, '0')
      .replace(/\s+/g, ' ')
      .trim()
    const text = `${before}${plain}${after}`
    for (let from = 0; from < text.length; from++) {
      let hash = hashSeed
      const end = Math.min(text.length, from + longestGram)
      for (let at = from; at < end; at++) {
        hash = hashStep(hash, text.charCodeAt(at))
        add(hashStep(hash, at - from))
      }
    }
    const words = plain.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
    for (const [index, word] of words.entries()) {
      add(hashOf(kinds.word, word))
      if (index === 0) add(hashOf(kinds.first, word))
      if (index === words.length - 1) add(hashOf(kinds.last, word))
      if (index > 0) add(hashOf(kinds.pair, `${words[index - 1]!} ${word}`))
    }
    return grams
  }
}

function hashOf(kind: number, text: string): number {
  let hash = hashStep(hashSeed, kind)
  for (let index = 0; index < text.length; index++) hash = hashStep(hash, text.charCodeAt(index))
  return hash
}

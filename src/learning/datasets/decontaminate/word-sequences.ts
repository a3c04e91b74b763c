/** Finds texts that share runs of words with known ones. */
export type WordSequences = {
  /** Number of known texts. */
  readonly texts: number
  /**
   * The known text that shares the most sequences with this one: its index, and the share of the distinct sequences of
   * `words` that it also has. Undefined if no text reaches `leastShare`, or if `words` is too short for one sequence.
   */
  nearest(
    words: readonly string[],
    leastShare: number,
  ): { readonly text: number; readonly share: number } | undefined
}

/**
 * @param texts as words. @param length words per sequence: 13 is usual in the field.
 *
 * A sequence is identified by 53 bits of hash; memory is about 50 bytes for each sequence of `texts`.
 *
 * @yields after each text.
 */
export function* createWordSequences(
  texts: readonly (readonly string[])[],
  length: number,
): Generator<void, WordSequences> {
  /** By sequence: the text that has it, or the texts if there are several. */
  const owners = new Map<number, number | number[]>()
  for (const [text, words] of texts.entries()) {
    for (const sequence of distinctSequences(words, length)) {
      const known = owners.get(sequence)
      if (known === undefined) owners.set(sequence, text)
      else if (typeof known === 'number') owners.set(sequence, [known, text])
      else known.push(text)
    }
    yield
  }
  return {
    texts: texts.length,
    nearest(words, leastShare) {
      const sequences = distinctSequences(words, length)
      const shared = [...sequences].flatMap((sequence) => {
        const known = owners.get(sequence)
        return known === undefined ? [] : [known]
      })
      // Most texts share nothing. The owners of a shared sequence are counted only if they can matter.
      if (shared.length === 0 || shared.length < leastShare * sequences.size) return undefined
      const counts = new Map<number, number>()
      let best = { text: -1, count: 0 }
      for (const known of shared) {
        for (const text of typeof known === 'number' ? [known] : known) {
          const count = (counts.get(text) ?? 0) + 1
          counts.set(text, count)
          if (count > best.count || (count === best.count && text < best.text)) best = { text, count }
        }
      }
      const share = best.count / sequences.size
      return share >= leastShare ? { text: best.text, share } : undefined
    },
  }
}

function distinctSequences(words: readonly string[], length: number): ReadonlySet<number> {
  const sequences = new Set<number>()
  const hashes = words.map(hashesOfWord)
  for (let begin = 0; begin + length <= words.length; begin++) {
    let high = 0
    let low = 0
    for (let at = begin; at < begin + length; at++) {
      high = Math.imul(high ^ hashes[at]!.high, 0x85ebca6b) + at - begin
      high ^= high >>> 15
      low = Math.imul(low ^ hashes[at]!.low, 0xc2b2ae35) + at - begin
      low ^= low >>> 13
    }
    sequences.add((high >>> 0) * 2 ** 21 + (low >>> 11))
  }
  return sequences
}

/** Two FNV-1a hashes with different primes. */
function hashesOfWord(word: string): { readonly high: number; readonly low: number } {
  let high = 0x811c9dc5
  let low = 0x9747b28c
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at)
    high = Math.imul(high ^ code, 0x01000193)
    low = Math.imul(low ^ code, 0x5bd1e995)
  }
  return { high, low }
}

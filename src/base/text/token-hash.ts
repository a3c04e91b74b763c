/**
 * 32-bit hashes that represent tokens everywhere: in the tables of word classes, in the vocabulary of the
 * built-in embedder, in its buckets of character n-grams. FNV-1a over lower-cased UTF-16 code units, finished
 * with the mixing steps of MurmurHash3: the low bits can index a table.
 */
export const hashSeed = 0x811c9dc5 | 0

export function hashStep(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

/** Never 0, which marks an empty slot in the tables. */
export function hashEnd(hash: number): number {
  let mixed = hash ^ (hash >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  mixed ^= mixed >>> 16
  return mixed === 0 ? 1 : mixed
}

/** The hash of a lower-case word, equal to the scanner's hash of it. */
export function hashOfWord(word: string): number {
  let hash = hashSeed
  for (let index = 0; index < word.length; index++) hash = hashStep(hash, word.charCodeAt(index))
  return hashEnd(hash)
}

/** A number is hashed by its number of digits: `7` and `3` are one token, `1998` and `2024` another. */
export const numberHashes = Int32Array.from({ length: 13 }, (_, digits) => hashOfWord(`#${digits}`))

import { createHashIndex } from '../../../base/text/hash-index.ts'
import type { TextScan } from '../../../base/text/text-scan.ts'
import { hashEnd, hashSeed, hashStep } from '../../../base/text/token-hash.ts'

/** The words and pairs of neighbouring words that are known, each by its hash, and how rare they are. */
export type Vocabulary = {
  /** [terms] distinct, none 0. */
  readonly hashes: Int32Array
  /** [terms] ln((1 + prompts) / (1 + prompts with the term)) + 1. */
  readonly rarities: Float32Array
}

/** The known terms of one text, in order of first appearance. Reused from text to text. */
export type KnownTerms = {
  count: number
  /** Places in the vocabulary. */
  readonly terms: Int32Array
  /** TF-IDF: (1 + ln occurrences) · rarity, scaled to a vector of length 1. */
  readonly values: Float64Array
  readonly occurrences: Int32Array
  /** For each, its first token in the scan, times two, plus one if the term is that token and the next. */
  readonly places: Int32Array
}

/** Calls `visit` with the hash of each word and each pair of neighbours of a scan, and the place as in `KnownTerms`. */
export function visitTerms(
  { tokens, tokenHashes }: TextScan,
  visit: (hash: number, place: number) => void,
): void {
  for (let token = 0; token < tokens; token++) {
    visit(tokenHashes[token]!, 2 * token)
    if (token + 1 < tokens) visit(pairHash(tokenHashes[token]!, tokenHashes[token + 1]!), 2 * token + 1)
  }
}

function pairHash(first: number, second: number): number {
  return hashEnd(hashStep(hashStep(hashSeed, first), second))
}

/** A function that looks the terms of a scan up, with its own buffers; the result is valid until the next call. */
export function createTermReader({ hashes, rarities }: Vocabulary): (scan: TextScan) => KnownTerms {
  const index = createHashIndex(hashes)
  // Position of a term in the result, plus one. Cleared term by term: the cost depends on the text's length only.
  const positions = new Int32Array(hashes.length)
  let capacity = 0
  let known = emptyTerms(0)

  return (scan) => {
    if (capacity < 2 * scan.tokens) {
      capacity = 4 * scan.tokens
      known = emptyTerms(capacity)
    }
    const { terms, values, occurrences, places } = known
    let count = 0
    visitTerms(scan, (hash, place) => {
      const term = index.find(hash)
      if (term < 0) return
      if (positions[term] === 0) {
        terms[count] = term
        occurrences[count] = 0
        places[count] = place
        positions[term] = ++count
      }
      occurrences[positions[term]! - 1]!++
    })
    let squared = 0
    for (let entry = 0; entry < count; entry++) {
      const value = (1 + Math.log(occurrences[entry]!)) * rarities[terms[entry]!]!
      values[entry] = value
      squared += value * value
      positions[terms[entry]!] = 0
    }
    const scale = squared === 0 ? 0 : 1 / Math.sqrt(squared)
    for (let entry = 0; entry < count; entry++) values[entry]! *= scale
    known.count = count
    return known
  }
}

function emptyTerms(capacity: number): KnownTerms {
  return {
    count: 0,
    terms: new Int32Array(capacity),
    values: new Float64Array(capacity),
    occurrences: new Int32Array(capacity),
    places: new Int32Array(capacity),
  }
}

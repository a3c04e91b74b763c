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
export function createTermReader(vocabulary: Vocabulary): (scan: TextScan) => KnownTerms {
  return createTermLookup(vocabulary, visitTerms)
}

/** Calls `visit` with the hash of each term of a text, and its place. */
export type TermVisitor<Text> = (text: Text, visit: (hash: number, place: number) => void) => void

/** As `createTermReader`, for terms that another function finds. */
export function createTermLookup<Text>(
  { hashes, rarities }: Vocabulary,
  visitTermsOf: TermVisitor<Text>,
): (text: Text) => KnownTerms {
  const index = createHashIndex(hashes)
  // Position of a term in the result, plus one. Cleared term by term: the cost depends on the text's length only.
  const positions = new Int32Array(hashes.length)
  let known = emptyTerms(firstCapacity)

  return (text) => {
    let count = 0
    visitTermsOf(text, (hash, place) => {
      const term = index.find(hash)
      if (term < 0) return
      if (positions[term] === 0) {
        if (count === known.terms.length) known = enlarged(known)
        const { terms, occurrences, places } = known
        terms[count] = term
        occurrences[count] = 0
        places[count] = place
        positions[term] = ++count
      }
      known.occurrences[positions[term]! - 1]!++
    })
    const { terms, values, occurrences } = known
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

const firstCapacity = 256

function enlarged({ terms, occurrences, places }: KnownTerms): KnownTerms {
  const larger = emptyTerms(2 * terms.length)
  larger.terms.set(terms)
  larger.occurrences.set(occurrences)
  larger.places.set(places)
  return larger
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

import { type PieceTrie, trieHash } from './trie.ts'
import { wordMark } from './vocabulary.ts'
import { createWordCache, longestCachedWord } from './word-cache.ts'

/** Collects the pieces of one text, word by word. */
export type WordSegmenter = {
  /** Forgets the pieces collected so far. */
  clear(): void
  /** Starts a part of the text whose scores are summed from 0. @param length of the part in code units. */
  startSection(length: number): void
  /** Adds the best pieces of `▁` and the code units `[start, end)` of `text`, which hold no `▁` and no space. */
  addWord(text: string, start: number, end: number): void
  addPiece(piece: number): void
  /** A view of the pieces collected so far. */
  pieces(): Int32Array
  /** Edges of the trie that were looked up since the start, the measure of its work. */
  lookups(): number
}

/** How much the score of an unknown code point is below the lowest score of a piece. */
const unknownPenalty = 10

/** @param scores [pieces] of the trie; the score of `unknown` is not read. */
export function createWordSegmenter(trie: PieceTrie, scores: Float32Array, unknown: number): WordSegmenter {
  const scoreOf = Float64Array.from(scores)
  scoreOf[unknown] = scores.reduce((lowest, score) => Math.min(lowest, score), 0) - unknownPenalty
  let found = new Int32Array(1024)
  let count = 0
  let lookups = 0
  let word = createWord(64)
  const cache = createWordCache()
  // Sums of words start at the sum of the section so far, so that they round as in one pass over the section.
  let sum = 0

  function reserve(more: number): void {
    if (count + more <= found.length) return
    const larger = new Int32Array(2 ** Math.ceil(Math.log2(count + more)))
    larger.set(found)
    found = larger
  }

  /** Appends the pieces on the best way through the word. */
  function appendBest({ lastPiece, lastStart }: Word, length: number): void {
    let steps = 0
    for (let end = length, next = -1; end > 0; end = lastStart[end]!) {
      if (lastPiece[end] !== unknown || next !== unknown) steps++
      next = lastPiece[end]!
    }
    count += steps
    let at = count
    for (let end = length, next = -1; end > 0; end = lastStart[end]!) {
      // Neighbours that are unknown are one piece.
      if (lastPiece[end] !== unknown || next !== unknown) found[--at] = lastPiece[end]!
      next = lastPiece[end]!
    }
  }

  function addNewWord(length: number): void {
    lookups += findBest(trie, scoreOf, unknown, word, length, sum)
    sum = word.best[length]!
    appendBest(word, length)
  }

  function addShortWord(length: number, place: number): void {
    const first = count
    if (cache.holds(place, word.codes, length)) {
      count += cache.read(place, found, first)
      for (let at = first; at < count; at++) sum += scoreOf[found[at]!]!
    } else {
      addNewWord(length)
      if (word.isClear) cache.store(place, word.codes, length, found, first, count)
    }
  }

  return {
    clear() {
      count = 0
    },
    startSection(length) {
      sum = 0
      // At most one piece for each code unit and one for the mark before the text.
      reserve(length + 1)
    },
    addWord(text, start, end) {
      const length = end - start + 1
      if (length > word.capacity) word = createWord(2 ** Math.ceil(Math.log2(length)))
      const { codes } = word
      let hash = length
      codes[0] = wordMark
      for (let at = 1; at < length; at++) {
        const code = text.charCodeAt(start + at - 1)
        codes[at] = code
        hash = Math.imul(hash ^ code, 0x01000193)
      }
      if (length > longestCachedWord) addNewWord(length)
      else addShortWord(length, cache.placeOf(hash))
    },
    addPiece(piece) {
      reserve(1)
      found[count++] = piece
    },
    pieces: () => found.subarray(0, count),
    lookups: () => lookups,
  }
}

/** One word, and for each boundary between two of its code units the best sum of scores up to there. */
type Word = {
  readonly capacity: number
  readonly codes: Uint16Array
  readonly symbols: Uint16Array
  readonly best: Float64Array
  /** The last piece on the best way to the boundary, and where it begins. */
  readonly lastPiece: Int32Array
  readonly lastStart: Int32Array
  /**
   * Whether no code unit is unknown and the choice never was close, so that the pieces are the same after any other
   * words: the sums round differently there.
   */
  isClear: boolean
}

const close = 1e-6

function createWord(capacity: number): Word {
  return {
    capacity,
    codes: new Uint16Array(capacity),
    symbols: new Uint16Array(capacity),
    best: new Float64Array(capacity + 1),
    lastPiece: new Int32Array(capacity + 1),
    lastStart: new Int32Array(capacity + 1),
    isClear: true,
  }
}

/**
 * The best way to each boundary of the word, by dynamic programming from left to right. Of equally good ways the one
 * with the longest last piece is kept.
 *
 * @param sum with which the word begins.
 * @returns how many edges of the trie were looked up.
 */
function findBest(
  { symbols: symbolOf, symbolBits, hashShift, keys, targets, pieceAt }: PieceTrie,
  scores: Float64Array,
  unknown: number,
  word: Word,
  length: number,
  sum: number,
): number {
  const { codes, symbols, best, lastPiece, lastStart } = word
  const slotMask = keys.length - 1
  const unreached = Number.NEGATIVE_INFINITY
  let lookups = 0
  let isClear = true
  for (let at = 0; at < length; at++) symbols[at] = symbolOf[codes[at]!]!
  best[0] = sum
  for (let boundary = 1; boundary <= length; boundary++) best[boundary] = unreached
  for (let start = 0; start < length; start++) {
    const reached = best[start]!
    // A boundary within a surrogate pair.
    if (reached === unreached) continue
    const single = start + (isPair(codes, start, length) ? 2 : 1)
    let hasSingle = false
    let node = 0
    for (let at = start; at < length; ) {
      const key = (node << symbolBits) | symbols[at]!
      let slot = Math.imul(key, trieHash) >>> hashShift
      let stored = keys[slot]!
      while (stored !== key && stored !== 0) {
        slot = (slot + 1) & slotMask
        stored = keys[slot]!
      }
      lookups++
      if (stored === 0) break
      node = targets[slot]!
      at++
      const piece = pieceAt[node]!
      if (piece < 0) continue
      if (at === single) hasSingle = true
      const score = reached + scores[piece]!
      const lead = score - best[at]!
      if (lead < close && lead > -close) isClear = false
      if (lead > 0) {
        best[at] = score
        lastPiece[at] = piece
        lastStart[at] = start
      }
    }
    if (!hasSingle) {
      isClear = false
      const score = reached + scores[unknown]!
      if (score > best[single]!) {
        best[single] = score
        lastPiece[single] = unknown
        lastStart[single] = start
      }
    }
  }
  word.isClear = isClear
  return lookups
}

/** Whether the code units at `at` and `at + 1` are one code point. */
function isPair(codes: Uint16Array, at: number, length: number): boolean {
  return at + 1 < length && (codes[at]! & 0xfc00) === 0xd800 && (codes[at + 1]! & 0xfc00) === 0xdc00
}

import { normalizeText } from './normalize.ts'
import { buildTrie, findPiece } from './trie.ts'
import { type PieceVocabulary, specialPieces, unknownPiece, wordMark } from './vocabulary.ts'
import { createWordSegmenter } from './word-segmenter.ts'

export type PieceTokenizer = {
  /** The numbers of the text's pieces, in order. Valid until the next call: the memory is used again. */
  tokenize(text: string): Int32Array
  readonly unknown: number
  /** Steps since the start, the measure of its work. */
  steps(): number
}

export type PieceTokenizerOptions = {
  /** Code units that are read as a space. Default: none besides U+0020, and what NFKC makes a space. */
  readonly spaces?: readonly number[]
}

const space = 0x20
const boundary = { none: 0, mark: 1, space: 2 }
const specials = new RegExp(`(${specialPieces.join('|')})`)

/**
 * A Unigram tokenizer: Unicode normalisation form NFKC, runs of spaces as one, `▁` for each space and before the
 * text, then for each word the pieces with the highest sum of scores (Kudo 2018, "Subword regularization", section
 * 3.2). A code point that is no piece is unknown, with the lowest score of all pieces less 10; neighbours that are
 * unknown are one piece. Its pieces are those of `@huggingface/tokenizers`.
 *
 * A text of n code units takes time and memory proportional to n: a piece has a bounded length.
 *
 * @throws RangeError if the vocabulary contradicts itself.
 */
export function createPieceTokenizer(
  vocabulary: PieceVocabulary,
  options: PieceTokenizerOptions = {},
): PieceTokenizer {
  const trie = buildTrie(vocabulary)
  const unknown = findPiece(trie, unknownPiece)
  const markPiece = findPiece(trie, String.fromCharCode(wordMark))
  if (unknown < 0 || markPiece < 0) throw new RangeError(`${unknownPiece} or the mark of words is missing`)
  const specialNumbers = new Map(specialPieces.map((piece) => [piece, findPiece(trie, piece)]))
  const segmenter = createWordSegmenter(trie, vocabulary.scores, unknown)
  // A mark is only ever the first code unit of a piece, so that each word is cut on its own.
  const boundaries = new Uint8Array(65_536)
  boundaries[wordMark] = boundary.mark
  for (const code of [space, ...(options.spaces ?? [])]) boundaries[code] = boundary.space

  function readSection(section: string): void {
    const text = normalizeText(section)
    if (text.length === 0) return
    segmenter.startSection(text.length)
    let start = boundaries[text.charCodeAt(0)] === boundary.none ? 0 : afterBoundary(text, 0)
    for (;;) {
      let end = start
      while (end < text.length && boundaries[text.charCodeAt(end)] === boundary.none) end++
      segmenter.addWord(text, start, end)
      if (end === text.length) return
      start = afterBoundary(text, end)
    }
  }

  function afterBoundary(text: string, at: number): number {
    let next = at + 1
    if (boundaries[text.charCodeAt(at)] === boundary.mark) return next
    while (next < text.length && boundaries[text.charCodeAt(next)] === boundary.space) next++
    return next
  }

  return {
    unknown,
    steps: segmenter.lookups,
    tokenize(text) {
      segmenter.clear()
      if (!text.includes('<')) readSection(text)
      else {
        for (const section of text.split(specials)) {
          const special = specialNumbers.get(section)
          if (special === undefined) readSection(section)
          else segmenter.addPiece(special)
        }
      }
      return segmenter.pieces()
    },
  }
}

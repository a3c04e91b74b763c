/** The piece that stands for text that no other piece covers. */
export const unknownPiece = '<unk>'

/** Pieces that stand for no text. The tokenizer finds them in a prompt only if it spells them out. */
export const specialPieces: readonly string[] = ['<s>', '<pad>', '</s>', unknownPiece]

/** `▁`, with which each word begins, in place of the space before it. */
export const wordMark = 0x2581

/**
 * The word pieces of a Unigram model in the order of their UTF-16 code units. A piece's number is its place in this
 * order. Each piece is stored as the length of what it shares with the piece before it, and the rest.
 */
export type PieceVocabulary = {
  /** [pieces] ln of the piece's probability, at most 0. */
  readonly scores: Float32Array
  /** [pieces] UTF-16 code units that are equal to the beginning of the piece before. */
  readonly shared: Uint8Array
  /** [pieces] UTF-16 code units that follow. */
  readonly added: Uint8Array
  /** The code units that follow, of all pieces in order. A surrogate pair may be cut. */
  readonly codes: Uint16Array
}

/** @throws RangeError for the same piece twice, an empty one, or one of more than 255 code units. */
export function encodeVocabulary(pieces: readonly (readonly [piece: string, score: number])[]): {
  readonly vocabulary: PieceVocabulary
  /** [pieces] where each piece of the vocabulary is in `pieces`. */
  readonly order: Int32Array
} {
  const order = Int32Array.from(pieces.keys()).sort((a, b) => (pieces[a]![0] < pieces[b]![0] ? -1 : 1))
  const scores = new Float32Array(pieces.length)
  const shared = new Uint8Array(pieces.length)
  const added = new Uint8Array(pieces.length)
  const rests: string[] = []
  let before = ''
  order.forEach((from, to) => {
    const [piece, score] = pieces[from]!
    const common = commonLength(before, piece)
    if (piece.length > 255 || common === piece.length) {
      throw new RangeError(`The piece ${JSON.stringify(piece)} is empty, too long, or there twice.`)
    }
    scores[to] = score
    shared[to] = common
    added[to] = piece.length - common
    rests.push(piece.slice(common))
    before = piece
  })
  const rest = rests.join('')
  const codes = Uint16Array.from({ length: rest.length }, (_, at) => rest.charCodeAt(at))
  return { vocabulary: { scores, shared, added, codes }, order }
}

/** The text of each piece. */
export function listPieces({ shared, added, codes }: PieceVocabulary): string[] {
  const pieces: string[] = []
  let at = 0
  let before = ''
  for (let piece = 0; piece < shared.length; piece++) {
    before = before.slice(0, shared[piece]) + String.fromCharCode(...codes.subarray(at, at + added[piece]!))
    at += added[piece]!
    pieces.push(before)
  }
  return pieces
}

function commonLength(one: string, other: string): number {
  let length = 0
  while (length < one.length && length < other.length && one[length] === other[length]) length++
  return length
}

/** Places of the hashed grams in the tables of weights. A power of two. */
export const gramBuckets = 1 << 18

/** Pieces of a longer text that are read: the first and the last of it. What is asked stands there. */
const headPieces = 32
const tailPieces = 24
/** The first pieces count once more by themselves, and the opening ones with their pairs. */
const firstPieces = 8
const openingPieces = 16

/** Most grams of a text, below half of `seenSlots`. */
const mostGrams = 512
const seenSlots = 1024

/** Distinct grams of a text as places in a table of weights. Valid until the next call. */
export type Grams = {
  /** [mostGrams], the first `count` hold the places. */
  readonly places: Int32Array
  count: number
}

/** What a gram is made of, so that equal pieces in different roles are different grams. */
const role = {
  piece: 1,
  first: 2,
  pair: 3,
  cluster: 4,
  firstCluster: 5,
  clusterPair: 6,
  opening: 7,
  openingPair: 8,
} as const

/**
 * A function that reads the grams of a text's word pieces: each piece, each pair of neighbours, the pieces at the
 * beginning once more, and the same with the cluster of each piece in place of the piece. Each gram counts once.
 * A text costs at most `mostGrams` of them, whatever its length. Hashing to a fixed table: Weinberger and others 2009,
 * "Feature hashing for large scale multitask learning".
 *
 * @param clusters [pieces] the cluster of each piece: pieces of like meaning, in any language.
 */
export function createGramReader(clusters: Uint8Array): (pieces: Int32Array) => Grams {
  const grams: Grams = { places: new Int32Array(mostGrams), count: 0 }
  const read = new Int32Array(headPieces + tailPieces)
  const seen = new Int32Array(seenSlots)

  function add(kind: number, left: number, right: number): void {
    const place = hashOf(kind, left, right) & (gramBuckets - 1)
    let slot = place & (seenSlots - 1)
    while (seen[slot] !== 0) {
      if (seen[slot] === place + 1) return
      slot = (slot + 1) & (seenSlots - 1)
    }
    seen[slot] = place + 1
    grams.places[grams.count++] = place
  }

  return (pieces) => {
    seen.fill(0)
    grams.count = 0
    const count = select(pieces, read)
    let lastPiece = -1
    let lastCluster = -1
    for (let at = 0; at < count; at++) {
      const piece = read[at]!
      const cluster = clusters[piece]!
      add(role.piece, piece, 0)
      add(role.cluster, cluster, 0)
      if (at < firstPieces) {
        add(role.first, piece, 0)
        add(role.firstCluster, cluster, 0)
      }
      if (at < openingPieces) add(role.opening, piece, 0)
      if (at > 0) {
        add(role.pair, lastPiece, piece)
        add(role.clusterPair, lastCluster, cluster)
        if (at < openingPieces) add(role.openingPair, lastPiece, piece)
      }
      lastPiece = piece
      lastCluster = cluster
    }
    return grams
  }
}

/** Writes the first and the last pieces to `read`; returns how many. */
function select(pieces: Int32Array, read: Int32Array): number {
  if (pieces.length <= read.length) {
    read.set(pieces)
    return pieces.length
  }
  for (let at = 0; at < headPieces; at++) read[at] = pieces[at]!
  const tail = pieces.length - tailPieces
  for (let at = 0; at < tailPieces; at++) read[headPieces + at] = pieces[tail + at]!
  return read.length
}

/** Mixes three numbers to 32 bits; the final steps are those of MurmurHash3 (Austin Appleby, public domain). */
function hashOf(kind: number, left: number, right: number): number {
  let hash = Math.imul(left + 1, 0x9e3779b1) ^ Math.imul(right + 1, 0x85ebca77) ^ Math.imul(kind, 0xc2b2ae3d)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

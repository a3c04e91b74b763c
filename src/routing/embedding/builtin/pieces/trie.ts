import type { PieceVocabulary } from './vocabulary.ts'

/**
 * A trie over UTF-16 code units. Node 0 is the root. The edges are in one hash table with linear probing: the key of
 * an edge is `node * 2 ** symbolBits + symbol`, never 0, and 0 marks an empty slot.
 */
export type PieceTrie = {
  /** [65,536] the symbol of each code unit, from 1 on; 0 if no piece has it. */
  readonly symbols: Uint16Array
  readonly symbolBits: number
  /** The hash of a key is `Math.imul(key, trieHash) >>> hashShift`. */
  readonly hashShift: number
  readonly keys: Int32Array
  /** The node at the end of each edge. */
  readonly targets: Int32Array
  /** [nodes] the piece that ends at the node, or −1. */
  readonly pieceAt: Int32Array
}

export const trieHash = 0x9e3779b1 | 0

/** @throws RangeError with the reason if the vocabulary contradicts itself or is too large for 31-bit keys. */
export function buildTrie(vocabulary: PieceVocabulary): PieceTrie {
  const { shared, added, codes } = vocabulary
  checkLengths(vocabulary)
  const symbols = new Uint16Array(65_536)
  let symbolCount = 0
  for (const code of codes) if (symbols[code] === 0) symbols[code] = ++symbolCount
  const nodeCount = codes.length + 1
  const symbolBits = Math.ceil(Math.log2(symbolCount + 1))
  if (nodeCount * 2 ** symbolBits > 2 ** 31) {
    throw new RangeError(`${nodeCount} nodes and ${symbolCount} different code units are too many`)
  }
  const slotBits = Math.ceil(Math.log2(nodeCount * 2))
  const keys = new Int32Array(2 ** slotBits)
  const targets = new Int32Array(2 ** slotBits)
  const hashShift = 32 - slotBits
  const pieceAt = new Int32Array(nodeCount).fill(-1)
  const path = new Int32Array(256)
  let nodes = 1
  let at = 0
  for (let piece = 0; piece < shared.length; piece++) {
    let depth = shared[piece]!
    for (const end = at + added[piece]!; at < end; at++) {
      const key = (path[depth]! << symbolBits) | symbols[codes[at]!]!
      let slot = Math.imul(key, trieHash) >>> hashShift
      while (keys[slot] !== 0) {
        if (keys[slot] === key) throw new RangeError(`piece ${piece} is not in order`)
        slot = (slot + 1) & (keys.length - 1)
      }
      keys[slot] = key
      targets[slot] = nodes
      path[++depth] = nodes++
    }
    pieceAt[path[depth]!] = piece
  }
  return { symbols, symbolBits, hashShift, keys, targets, pieceAt }
}

/** The piece with this text, or −1. */
export function findPiece(trie: PieceTrie, piece: string): number {
  const { symbols, symbolBits, hashShift, keys, targets, pieceAt } = trie
  let node = 0
  for (let at = 0; at < piece.length; at++) {
    const key = (node << symbolBits) | symbols[piece.charCodeAt(at)]!
    let slot = Math.imul(key, trieHash) >>> hashShift
    while (keys[slot] !== key) {
      if (keys[slot] === 0) return -1
      slot = (slot + 1) & (keys.length - 1)
    }
    node = targets[slot]!
  }
  return pieceAt[node]!
}

function checkLengths({ scores, shared, added, codes }: PieceVocabulary): void {
  if (scores.length !== shared.length || scores.length !== added.length) {
    throw new RangeError(`${scores.length} scores, but ${shared.length} and ${added.length} lengths`)
  }
  let before = 0
  let total = 0
  for (let piece = 0; piece < shared.length; piece++) {
    const length = shared[piece]! + added[piece]!
    if (shared[piece]! > before || added[piece] === 0 || length > 255) {
      throw new RangeError(
        `piece ${piece} has ${length} code units, of which ${shared[piece]} are of the one before`,
      )
    }
    before = length
    total += added[piece]!
  }
  if (total !== codes.length) throw new RangeError(`${codes.length} code units, expected ${total}`)
}

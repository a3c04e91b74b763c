import { dot } from '../../../src/base/math/linear/vectors.ts'
import type { Random } from '../../../src/base/math/random.ts'
import type { PieceVectors } from '../../../src/routing/embedding/builtin/pieces/piece-vectors.ts'
import {
  codesPerGroup,
  columnsPerGroup,
  type PieceTable,
} from '../../../src/routing/embedding/builtin/pieces/table.ts'

const clusterCount = 256
const rounds = 8

/**
 * Clusters of word pieces by the direction of their vectors: spherical k-means (Dhillon and Modha 2001) over the pieces
 * that occur in the prompts, each weighted by the square root of how often it occurs; the other pieces belong to the
 * nearest centre. Pieces of like meaning share a cluster, in part across languages.
 *
 * @returns [pieces] numbers below 256.
 */
export function clusterPieces(
  table: PieceTable,
  vectors: PieceVectors,
  prompts: readonly string[],
  random: Random,
): Uint8Array {
  const { dimensions } = table
  const directions = directionsOf(table)
  const row = (piece: number) => directions.subarray(piece * dimensions, (piece + 1) * dimensions)
  const counts = countPieces(vectors, prompts)
  const occurring = [...counts.keys()].filter((piece) => counts[piece]! > 0)
  let centres = Array.from({ length: clusterCount }, () =>
    Float32Array.from(row(occurring[random.nextInt(occurring.length)]!)),
  )
  const owners = new Uint8Array(counts.length)
  for (let round = 0; round < rounds; round++) {
    for (const piece of occurring) owners[piece] = nearest(row(piece), centres)
    const sums = centres.map(() => new Float32Array(dimensions))
    for (const piece of occurring) {
      const weight = Math.sqrt(counts[piece]!)
      const sum = sums[owners[piece]!]!
      row(piece).forEach((value, column) => {
        sum[column]! += weight * value
      })
    }
    centres = sums.map((sum, cluster) => {
      const length = Math.sqrt(dot(sum, sum))
      return length === 0 ? centres[cluster]! : sum.map((value) => value / length)
    })
  }
  for (let piece = 0; piece < owners.length; piece++) owners[piece] = nearest(row(piece), centres)
  return owners
}

/** [pieces, dimensions], each row of length 1. */
function directionsOf({ dimensions, codes, codebooks, factors }: PieceTable): Float32Array {
  const groups = dimensions / columnsPerGroup
  const rows = new Float32Array(factors.length * dimensions)
  for (let piece = 0; piece < factors.length; piece++) {
    const row = rows.subarray(piece * dimensions, (piece + 1) * dimensions)
    for (let group = 0; group < groups; group++) {
      const entry = (group * codesPerGroup + codes[piece * groups + group]!) * columnsPerGroup
      row.set(codebooks.subarray(entry, entry + columnsPerGroup), group * columnsPerGroup)
    }
    const length = Math.sqrt(dot(row, row))
    if (length > 0) for (let column = 0; column < dimensions; column++) row[column]! /= length
  }
  return rows
}

function countPieces(vectors: PieceVectors, prompts: readonly string[]): Float64Array {
  const counts = new Float64Array(vectors.pieceCount)
  const ignored = new Float32Array(vectors.dimensions)
  for (const prompt of prompts) for (const piece of vectors.write(prompt, ignored, 0)) counts[piece]!++
  return counts
}

function nearest(row: Float32Array, centres: readonly Float32Array[]): number {
  let best = 0
  let most = Number.NEGATIVE_INFINITY
  for (let centre = 0; centre < centres.length; centre++) {
    const cosine = dot(row, centres[centre]!)
    if (cosine <= most) continue
    most = cosine
    best = centre
  }
  return best
}

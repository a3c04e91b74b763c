import type { Random } from '../../src/base/math/random.ts'
import {
  codesPerGroup,
  columnsPerGroup,
  type PieceTable,
} from '../../src/routing/embedding/builtin/pieces/table.ts'

const rounds = 8
/** Added to frequencies, so that pieces that no prompt has count a little. */
const floor = 1e-6
/** Codebooks are made of the pieces more frequent than this, and of each eighth of the others. */
const frequent = 2e-5

/**
 * Product quantisation of rows at length 1: for each four columns a codebook by Lloyd's algorithm, in which a piece
 * counts with the square root of its frequency. The same rows and random stream give the same numbers.
 *
 * @param rows [count, dimensions]
 * @param frequencies [count] shares of the pieces of prompts.
 * @param weights [count] of the pieces in a text.
 */
export function quantise(
  rows: Float64Array,
  dimensions: number,
  frequencies: Float64Array,
  weights: Float64Array,
  random: Random,
): Pick<PieceTable, 'codes' | 'codebooks' | 'factors'> {
  const count = rows.length / dimensions
  const groups = dimensions / columnsPerGroup
  const lengths = rowLengths(rows, dimensions)
  const sample = Int32Array.from(
    Array.from({ length: count }, (_, row) => row).filter(
      (row) => lengths[row]! > 0 && (frequencies[row]! > frequent || row % 8 === 0),
    ),
  )
  const sampleWeights = Float64Array.from(sample, (row) => Math.sqrt(frequencies[row]! + floor))
  const codes = new Uint8Array(count * groups)
  const codebooks = new Float32Array(groups * codesPerGroup * columnsPerGroup)
  for (let group = 0; group < groups; group++) {
    const points = new Float64Array(count * columnsPerGroup)
    for (let at = 0; at < points.length; at++) {
      const row = Math.floor(at / columnsPerGroup)
      const column = group * columnsPerGroup + (at % columnsPerGroup)
      points[at] = lengths[row] === 0 ? 0 : rows[row * dimensions + column]! / lengths[row]!
    }
    const codebook = trainCodebook(points, sample, sampleWeights, random)
    codebooks.set(codebook, group * codebook.length)
    for (let row = 0; row < count; row++) codes[row * groups + group] = nearestEntry(codebook, points, row)
  }
  return { codes, codebooks, factors: Float32Array.from(lengths, (length, row) => length * weights[row]!) }
}

/** @param points [count, 4] */
function trainCodebook(
  points: Float64Array,
  sample: Int32Array,
  sampleWeights: Float64Array,
  random: Random,
): Float32Array {
  const size = codesPerGroup * columnsPerGroup
  let codebook = new Float32Array(size)
  for (let entry = 0; entry < codesPerGroup; entry++) {
    const row = sample[random.nextInt(sample.length)]!
    codebook.set(points.subarray(row * columnsPerGroup, (row + 1) * columnsPerGroup), entry * columnsPerGroup)
  }
  for (let round = 0; round < rounds; round++) {
    const sums = new Float64Array(size)
    const totals = new Float64Array(codesPerGroup)
    sample.forEach((row, at) => {
      const entry = nearestEntry(codebook, points, row)
      totals[entry]! += sampleWeights[at]!
      for (let column = 0; column < columnsPerGroup; column++) {
        sums[entry * columnsPerGroup + column]! +=
          sampleWeights[at]! * points[row * columnsPerGroup + column]!
      }
    })
    codebook = codebook.map((before, at) => {
      const total = totals[Math.floor(at / columnsPerGroup)]!
      return total === 0 ? before : sums[at]! / total
    })
  }
  return codebook
}

function nearestEntry(codebook: Float32Array, points: Float64Array, row: number): number {
  const begin = row * columnsPerGroup
  const p0 = points[begin]!
  const p1 = points[begin + 1]!
  const p2 = points[begin + 2]!
  const p3 = points[begin + 3]!
  let nearest = 0
  let least = Number.POSITIVE_INFINITY
  for (let entry = 0; entry < codesPerGroup; entry++) {
    const at = entry * columnsPerGroup
    const d0 = p0 - codebook[at]!
    const d1 = p1 - codebook[at + 1]!
    const d2 = p2 - codebook[at + 2]!
    const d3 = p3 - codebook[at + 3]!
    const distance = d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3
    if (distance >= least) continue
    least = distance
    nearest = entry
  }
  return nearest
}

function rowLengths(rows: Float64Array, dimensions: number): Float64Array {
  return Float64Array.from({ length: rows.length / dimensions }, (_, row) => {
    let squared = 0
    for (const value of rows.subarray(row * dimensions, (row + 1) * dimensions)) squared += value * value
    return Math.sqrt(squared)
  })
}

import { codesPerGroup, columnsPerGroup, type PieceTable, type RowSum } from '../table.ts'

/**
 * The inner loop of the piece vectors in JavaScript. The rows are first listed, then summed two groups at a time: the sums stay in
 * registers and the two codebooks in the cache. The memory for the list is used again.
 */
export function createPlainRowSum({ codes, codebooks, factors, dimensions }: PieceTable): RowSum {
  const groups = dimensions / columnsPerGroup
  // Loading 64-bit numbers needs no conversion.
  const entries = Float64Array.from(codebooks)
  let starts = new Int32Array(1024)
  let weights = new Float64Array(1024)

  function list(pieces: Int32Array): number {
    if (pieces.length > starts.length) {
      starts = new Int32Array(pieces.length * 2)
      weights = new Float64Array(pieces.length * 2)
    }
    let count = 0
    for (let at = 0; at < pieces.length; at++) {
      const piece = pieces[at]!
      const factor = factors[piece]!
      if (factor === 0) continue
      starts[count] = piece * groups
      weights[count++] = factor
    }
    return count
  }

  function sumTwoGroups(group: number, count: number, sums: Float64Array): void {
    const first = group * codesPerGroup
    const second = first + codesPerGroup
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    let s4 = 0
    let s5 = 0
    let s6 = 0
    let s7 = 0
    for (let at = 0; at < count; at++) {
      const weight = weights[at]!
      const code = starts[at]! + group
      const one = (first + codes[code]!) * columnsPerGroup
      const two = (second + codes[code + 1]!) * columnsPerGroup
      s0 += weight * entries[one]!
      s1 += weight * entries[one + 1]!
      s2 += weight * entries[one + 2]!
      s3 += weight * entries[one + 3]!
      s4 += weight * entries[two]!
      s5 += weight * entries[two + 1]!
      s6 += weight * entries[two + 2]!
      s7 += weight * entries[two + 3]!
    }
    const column = group * columnsPerGroup
    sums[column] = s0
    sums[column + 1] = s1
    sums[column + 2] = s2
    sums[column + 3] = s3
    sums[column + 4] = s4
    sums[column + 5] = s5
    sums[column + 6] = s6
    sums[column + 7] = s7
  }

  return {
    sumRows(pieces, sums) {
      const count = list(pieces)
      for (let group = 0; group < groups; group += 2) sumTwoGroups(group, count, sums)
    },
  }
}

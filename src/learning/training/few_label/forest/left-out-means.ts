/** The mean prediction of each row by the trees that have not seen it. */
export type LeftOutMeans = {
  add(row: number, prediction: number): void
  /**
   * [rows] the means, with the spread that the mean of `trees` trees has on new rows; the mean of all for a row without a
   * prediction.
   */
  read(trees: number): Float64Array
}

export function createLeftOutMeans(rows: number): LeftOutMeans {
  const counts = new Int32Array(rows)
  const sums = new Float64Array(rows)
  const squares = new Float64Array(rows)
  return {
    add(row, prediction) {
      counts[row]!++
      sums[row]! += prediction
      squares[row]! += prediction ** 2
    },
    read(trees) {
      const seen = Array.from(counts.keys()).filter((row) => counts[row]! > 0)
      const means = sums.map((sum, row) => sum / counts[row]!)
      const centre = seen.reduce((sum, row) => sum + means[row]!, 0) / Math.max(1, seen.length)
      let spread = 0
      let noise = 0
      let wholeNoise = 0
      for (const row of seen) {
        const count = counts[row]!
        spread += (means[row]! - centre) ** 2
        if (count < 2) continue
        // Of one tree's prediction about the mean of all that could have been grown.
        const variance = (squares[row]! - count * means[row]! ** 2) / (count - 1)
        noise += variance / count
        wholeNoise += variance / trees
      }
      const factor = spread <= noise || spread === 0 ? 1 : Math.sqrt((spread - noise + wholeNoise) / spread)
      return means.map((mean, row) => (counts[row] === 0 ? centre : centre + factor * (mean - centre)))
    },
  }
}

/**
 * Win rates are counted in bins of 1/2000, and thresholds are edges of bins. So every sum at a threshold is exact for
 * any number of requests, and memory does not grow.
 */
export const winRateBins = 2000

/** Bin 0 … 2000 with `edge(bin) ≤ winRate < edge(bin + 1)`; a win rate of 1 has its own bin. */
export function binOf(winRate: number): number {
  const bin = Math.floor(winRate * winRateBins)
  if (bin > 0 && winRate < edgeOf(bin)) return bin - 1
  return bin < winRateBins && winRate >= edgeOf(bin + 1) ? bin + 1 : bin
}

/** The win rate at which a bin begins, a short decimal. */
export function edgeOf(bin: number): number {
  return bin / winRateBins
}

/**
 * The edge with a share of win rates below it that is nearest to `share`. Of equally near shares, the lower one. All
 * edges inside a gap of the win rates divide the requests alike, so the middle of the gap is returned, which is the
 * most robust. Above all win rates it is the first edge: a threshold above the largest that occurs says nothing of the log.
 */
export function edgeForShareBelow(counts: ArrayLike<number>, share: number): number {
  let total = 0
  for (let bin = 0; bin < counts.length; bin++) total += counts[bin]!
  let below = 0
  let nearest = { below: 0, distance: Number.POSITIVE_INFINITY, first: 0, last: 0 }
  for (let edge = 0; edge < counts.length; edge++) {
    const distance = Math.abs(below - share * total)
    if (distance < nearest.distance) nearest = { below, distance, first: edge, last: edge }
    else if (below === nearest.below) nearest.last = edge
    below += counts[edge]!
  }
  return nearest.below === total ? nearest.first : Math.floor((nearest.first + nearest.last) / 2)
}

export function sumBelow(values: ArrayLike<number>, edge: number): number {
  let sum = 0
  for (let bin = 0; bin < edge; bin++) sum += values[bin]!
  return sum
}

const mostBars = 40

/** The counted win rates in about 40 bars of one width, from the lowest to the highest. No bar crosses `edge`. */
export function histogramOf(
  counts: ArrayLike<number>,
  edge: number,
): readonly { readonly from: number; readonly to: number; readonly requests: number }[] {
  const filled = Array.from(counts, (count, bin) => (count > 0 ? bin : -1)).filter((bin) => bin >= 0)
  const [first, last] = [filled[0], filled.at(-1)]
  if (first === undefined || last === undefined) return []
  const width = Math.ceil((last + 1 - first) / mostBars)
  const start = edge - Math.ceil((edge - first) / width) * width
  return Array.from({ length: Math.ceil((last + 1 - start) / width) }, (_, bar) => {
    const from = start + bar * width
    const below = (bin: number) => sumBelow(counts, Math.min(Math.max(bin, 0), counts.length))
    return { from: edgeOf(from), to: edgeOf(from + width), requests: below(from + width) - below(from) }
  })
}

import { checkLabelledScores } from './labelled-scores.ts'

/** How probabilities compare with what happened. */
export type Reliability = {
  /** Mean over the rows of the gap between probability and share in their bin; 0 is best. */
  readonly expectedCalibrationError: number
  /** By rising probability; the points of a reliability diagram. */
  readonly bins: readonly ReliabilityBin[]
}

export type ReliabilityBin = {
  readonly rows: number
  readonly meanProbability: number
  /** Weighted mean of the labels: the share that came true. */
  readonly share: number
}

export type ReliabilityOptions = {
  /** Number of bins of equally many rows. Default: 10; at most the number of rows. */
  readonly bins?: number
  /** One per row. Default: 1 each. */
  readonly weights?: ArrayLike<number>
}

/**
 * Reliability over bins of equally many rows, and the expected calibration error Σ (weight of bin / weight) · |mean
 * probability − share| (Naeini et al. 2015; equal-mass bins, as equal widths leave most of them empty for a router
 * whose win rates lie close together). The error of few rows is mostly noise: perfect probabilities show about
 * √(bins / (2π · rows)) at even odds.
 *
 * Throws `InvalidRequestError` `labelled-scores`.
 */
export function reliability(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ReliabilityOptions = {},
): Reliability {
  const rows = probabilities.length
  const { weights = new Float64Array(rows).fill(1) } = options
  checkLabelledScores(probabilities, labels, weights)
  const count = Math.min(options.bins ?? 10, rows)
  const order = Uint32Array.from(probabilities, (_, row) => row).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  )
  const bins: ReliabilityBin[] = []
  let error = 0
  let total = 0
  for (let bin = 0; bin < count; bin++) {
    const members = order.subarray(Math.floor((bin * rows) / count), Math.floor(((bin + 1) * rows) / count))
    let weight = 0
    let probability = 0
    let happened = 0
    for (const row of members) {
      weight += weights[row]!
      probability += weights[row]! * probabilities[row]!
      happened += weights[row]! * labels[row]!
    }
    bins.push({ rows: members.length, meanProbability: probability / weight, share: happened / weight })
    error += Math.abs(probability - happened)
    total += weight
  }
  return { expectedCalibrationError: error / total, bins }
}

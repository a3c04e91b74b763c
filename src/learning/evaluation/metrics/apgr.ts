import { DataError } from '../../../errors.ts'
import { checkWinRates } from './routing-curve.ts'

/**
 * The average performance gap recovered, exactly: ∫ PGR over the share of strong calls c from 0 to 1, where
 * PGR = (r − r_weak) / (r_strong − r_weak) and r is the mean score if the prompts with the highest win rates go to the
 * strong model (RouteLLM, arXiv 2406.18665, section 2; the paper averages ten levels instead).
 *
 * The threshold takes every distinct win rate. Tied prompts move in one step, and the curve is straight between steps.
 * So a constant router gets exactly 0.5, and the order of the rows does not matter. 0.5 is random; values above 1 are
 * possible if the weak model is better on some prompts.
 *
 * @param winRates one per prompt. @param strongScores the strong model's score on it, in any unit.
 * @param weakScores the weak model's, in the same unit.
 *
 * Throws `InvalidRequestError` `win-rate-not-finite`, and `DataError`: `no-performance-gap` if the strong model is not better on average, so that there is no gap to
 * recover; `different-lengths` if the three differ in length.
 */
export function exactApgr(
  winRates: ArrayLike<number>,
  strongScores: ArrayLike<number>,
  weakScores: ArrayLike<number>,
): number {
  checkWinRates(winRates, winRates.length)
  const apgr = createResampledApgr(
    winRates,
    strongScores,
    weakScores,
  )(new Uint8Array(winRates.length).fill(1))
  if (Number.isNaN(apgr)) {
    throw new DataError(
      'no-performance-gap',
      `APGR needs a strong model that scores higher on average than the weak one on the ${winRates.length} rows, ` +
        `got ${mean(strongScores)} against ${mean(weakScores)}. Check which of the two is the strong model.`,
    )
  }
  return apgr
}

/**
 * The exact APGR if row i counts `counts[i]` times, for a bootstrap: the rows are sorted once. NaN if a resample has no
 * gap between the models.
 */
export function createResampledApgr(
  winRates: ArrayLike<number>,
  strongScores: ArrayLike<number>,
  weakScores: ArrayLike<number>,
): (counts: ArrayLike<number>) => number {
  const rows = winRates.length
  if (strongScores.length !== rows || weakScores.length !== rows) {
    throw new DataError(
      'different-lengths',
      `APGR needs one win rate, strong score and weak score per prompt, got ${rows}, ${strongScores.length} and ` +
        `${weakScores.length}.`,
    )
  }
  const descending = Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (one, other) => winRates[other]! - winRates[one]!,
  )
  const gains = Float64Array.from(descending, (row) => strongScores[row]! - weakScores[row]!)
  const endsStep = Uint8Array.from(descending, (row, place) =>
    place + 1 === rows || winRates[descending[place + 1]!] !== winRates[row] ? 1 : 0,
  )

  return function apgrOf(counts) {
    let gain = 0
    let size = 0
    let gainBefore = 0
    let pending = 0
    let calls = 0
    let area = 0
    for (let place = 0; place < rows; place++) {
      const count = counts[descending[place]!]!
      pending += count
      gain += count * gains[place]!
      size += count * Math.abs(gains[place]!)
      if (endsStep[place] === 0) continue
      area += (pending * (gain + gainBefore)) / 2
      calls += pending
      gainBefore = gain
      pending = 0
    }
    // Rounding of the sum must not make a gap.
    return gain > 1e-9 * size ? area / (calls * gain) : Number.NaN
  }
}

function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

import { quantile } from '../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../errors.ts'

/**
 * The threshold at which the given fraction of the calibration prompts goes to the strong model: the
 * (1 − fraction) quantile of their win rates, interpolated linearly, as upstream's `calibrate_threshold.py`.
 * A prompt goes to the strong model if its win rate is at least the threshold, so prompts that tie at the
 * threshold all go there and the share can come out higher.
 *
 * @param winRates win rates, or evenly spaced quantiles of them, at least one; in any order, fastest if they ascend.
 * @param strongCallFraction in [0, 1], not percent. At 0 the threshold is the highest win rate seen, at 1 the
 * lowest.
 *
 * Throws `InvalidRequestError`: `invalid-strong-fraction`, with a hint if a percentage was meant; `invalid-win-rate` for one
 * outside of [0, 1]; `no-values` if there is none.
 */
export function thresholdForStrongFraction(winRates: ArrayLike<number>, strongCallFraction: number): number {
  if (!(strongCallFraction >= 0 && strongCallFraction <= 1)) {
    const meant =
      strongCallFraction > 1 && strongCallFraction <= 100 ? ` Did you mean ${strongCallFraction / 100}?` : ''
    throw new InvalidRequestError(
      'invalid-strong-fraction',
      `The share of strong calls is a fraction between 0 and 1, got ${strongCallFraction}.${meant}`,
    )
  }
  return quantile(inOrder(winRates), 1 - strongCallFraction)
}

/** The win rates, ascending: themselves if they are, else a sorted copy. */
function inOrder(winRates: ArrayLike<number>): ArrayLike<number> {
  let isAscending = true
  for (let place = 0; place < winRates.length; place++) {
    const winRate = winRates[place]!
    if (!(winRate >= 0 && winRate <= 1))
      throw new InvalidRequestError(
        'invalid-win-rate',
        `Win rate ${place + 1} is ${winRate}; a win rate is from 0 to 1.`,
      )
    if (place > 0 && winRate < winRates[place - 1]!) isAscending = false
  }
  return isAscending ? winRates : Float64Array.from(winRates).sort()
}

/**
 * A short threshold between two neighbouring win rates: the decimal above `low` and at most `high` with the fewest digits
 * that is below `high` by at most a tenth of the distance. It decides every win rate outside of (`low`, `high`) as `high`
 * does.
 */
export function roundThreshold(low: number, high: number): number {
  for (let digits = 1; digits <= 20; digits++) {
    const decimal = Math.floor(high * 10 ** digits) / 10 ** digits
    if (decimal <= high && high - decimal <= (high - low) / 10) return decimal
  }
  return high
}

/** Rows with one win rate. Every threshold sends all of them the same way. */
export type TiedRows = { readonly winRate: number; readonly rows: readonly number[] }

/** The distinct win rates, ascending, each with its rows. */
export function groupTiedRows(winRates: readonly number[]): TiedRows[] {
  const order = winRates.map((_, row) => row).sort((one, other) => winRates[one]! - winRates[other]!)
  const ties: { winRate: number; rows: number[] }[] = []
  for (const row of order) {
    const last = ties.at(-1)
    if (last !== undefined && last.winRate === winRates[row]) last.rows.push(row)
    else ties.push({ winRate: winRates[row]!, rows: [row] })
  }
  return ties
}

import { quantile } from '../../base/math/statistics/quantile.ts'
import { InvalidRequestError } from '../../errors.ts'

/**
 * The threshold at which the given fraction of the calibration prompts goes to the strong model: the
 * (1 − fraction) quantile of their win rates, interpolated linearly, as upstream's `calibrate_threshold.py`.
 * A prompt goes to the strong model if its win rate is at least the threshold, so prompts that tie at the
 * threshold all go there and the share can come out higher.
 *
 * @param sortedWinRates win rates, or evenly spaced quantiles of them, ascending; at least one.
 * @param strongCallFraction in [0, 1], not percent. At 0 the threshold is the highest win rate seen, at 1 the
 * lowest.
 *
 * Throws `InvalidRequestError` (`invalid-strong-fraction`, with a hint if a percentage was meant).
 */
export function thresholdForStrongFraction(
  sortedWinRates: ArrayLike<number>,
  strongCallFraction: number,
): number {
  if (!(strongCallFraction >= 0 && strongCallFraction <= 1)) {
    const meant =
      strongCallFraction > 1 && strongCallFraction <= 100 ? ` Did you mean ${strongCallFraction / 100}?` : ''
    throw new InvalidRequestError(
      'invalid-strong-fraction',
      `The share of strong calls is a fraction between 0 and 1, got ${strongCallFraction}.${meant}`,
    )
  }
  return quantile(sortedWinRates, 1 - strongCallFraction)
}

import { InvalidRequestError } from '../../errors.ts'

/**
 * Throws `InvalidRequestError` (`invalid-calibration-row`) unless every row has a win rate from 0 to 1 and otherwise finite
 * numbers: a comparison with NaN is false, and a threshold would be found without a word.
 *
 * @param numbersOf the win rate of a row, then its other numbers.
 */
export function checkRows<Row>(
  rows: readonly Row[],
  numbersOf: (row: Row) => readonly [winRate: number, ...others: readonly number[]],
): void {
  for (const [place, row] of rows.entries()) {
    const [winRate, ...others] = numbersOf(row)
    if (winRate >= 0 && winRate <= 1 && others.every(Number.isFinite)) continue
    throw new InvalidRequestError(
      'invalid-calibration-row',
      `Row ${place + 1} has the win rate ${winRate} and ${others.join(', ')}; a win rate is from 0 to 1, and the other numbers are finite.`,
    )
  }
}

/**
 * Checks dollars per request that a number of requests are to be kept within.
 *
 * Throws `InvalidRequestError`: `invalid-budget`, `no-requests`.
 */
export function checkBudget(usdPerRequest: number, requests: number): void {
  if (!(usdPerRequest >= 0 && Number.isFinite(usdPerRequest)))
    throw new InvalidRequestError(
      'invalid-budget',
      `A budget is a number of dollars per request, 0 or more; got ${usdPerRequest}.`,
    )
  if (requests === 0)
    throw new InvalidRequestError('no-requests', 'A budget needs at least one request to be spent on.')
}

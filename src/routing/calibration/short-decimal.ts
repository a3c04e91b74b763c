/**
 * A threshold between two neighbouring win rates that a person can read: a decimal above `low` and at most `high`, with
 * as few digits as give away at most a tenth of the room between. It decides every win rate outside as `high` does.
 */
export function shortDecimal(low: number, high: number): number {
  for (let digits = 1; digits <= 20; digits++) {
    const decimal = Math.floor(high * 10 ** digits) / 10 ** digits
    if (decimal <= high && high - decimal <= (high - low) / 10) return decimal
  }
  return high
}

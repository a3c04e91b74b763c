/** The most that the length adds to a win rate: too little to be seen in two decimals. */
const largestShare = 1e-4
/** At this length in characters the half of the share is added. */
const medianLength = 1000

/**
 * Breaks ties by length: rules give a few win rates, so that most prompts of a traffic tie, and of these the longer ones are
 * harder as a rule. Adds a part of at most 0.0001 that grows with the length. It is less than half of the way to the next
 * win rate of the rules, so that no prompt gets past one of another rule. Nothing is added to 1.
 *
 * @param values the win rates of all rules, in any order.
 * @returns the win rate of a prompt by that of its rule and its length in UTF-16 units.
 */
export function createTieBreak(
  values: readonly number[],
): (strongWinRate: number, characters: number) => number {
  const ascending = [...new Set([...values, 1])].sort((one, other) => one - other)
  const shares = new Map(
    ascending.map((value, place) => [
      value,
      Math.min(largestShare, ((ascending[place + 1] ?? value) - value) / 2),
    ]),
  )
  return (strongWinRate, characters) =>
    strongWinRate + (shares.get(strongWinRate) ?? 0) * (characters / (characters + medianLength))
}

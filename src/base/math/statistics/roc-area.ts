/** The area under the ROC curve with its standard error. */
export type RocArea = { readonly area: number; readonly standardError: number }

/**
 * The chance that a positive row has a higher score than a negative one, ties counting half, with DeLong's standard error
 * (Biometrics 44, 1988).
 *
 * @returns undefined with fewer than two positive or two negative rows.
 */
export function rocArea(scores: ArrayLike<number>, isPositive: ArrayLike<boolean>): RocArea | undefined {
  const positives: number[] = []
  const negatives: number[] = []
  for (let row = 0; row < scores.length; row++) (isPositive[row] ? positives : negatives).push(scores[row]!)
  if (positives.length < 2 || negatives.length < 2) return undefined
  positives.sort((one, other) => one - other)
  negatives.sort((one, other) => one - other)
  const wonBy = sharesBelow(positives, negatives)
  const area = mean(wonBy)
  const lostTo = sharesBelow(negatives, positives).map((share) => 1 - share)
  const variance = spread(wonBy, area) / positives.length + spread(lostTo, area) / negatives.length
  return { area, standardError: Math.sqrt(variance) }
}

/** For each of `values`, the share of `others` below it, ties counting half; both ascending. */
function sharesBelow(values: readonly number[], others: readonly number[]): number[] {
  let below = 0
  let upTo = 0
  return values.map((value) => {
    while (below < others.length && others[below]! < value) below++
    while (upTo < others.length && others[upTo]! <= value) upTo++
    return (below + upTo) / (2 * others.length)
  })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function spread(values: readonly number[], centre: number): number {
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

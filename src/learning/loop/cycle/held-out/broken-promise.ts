import { clopperPearsonLower } from '../../../../base/math/statistics/proportion.ts'
import type { HeldOutRow } from './held-out-row.ts'
import { oneOfEachSession } from './one-of-each-session.ts'

export type BrokenPromiseOptions = {
  readonly maxLoss: number
  /** Probability of calling a promise broken that is kept. */
  readonly errorRate: number
  readonly seed: number
}

/**
 * Whether the router in service is shown to lose more requests than is promised, as happens when the traffic has changed. Then a
 * router that keeps the promise may take its place even if it is dearer.
 *
 * Shown: Clopper and Pearson's lower limit of the loss, on one request of each held-out session, is above `maxLoss`.
 *
 * @returns a sentence; null if it is not shown.
 */
export function brokenPromise(
  rows: readonly HeldOutRow[],
  { maxLoss, errorRate, seed }: BrokenPromiseOptions,
): string | null {
  const labels = oneOfEachSession(rows, seed)
  const losses = labels.filter(({ inServiceStrong, weakLoses }) => weakLoses && !inServiceStrong).length
  if (losses === 0 || !(clopperPearsonLower(losses, labels.length, 1 - errorRate) > maxLoss)) return null
  return `the router in service loses ${losses} of ${labels.length} sessions, more than the ${Number((100 * maxLoss).toPrecision(6))} % that are allowed`
}

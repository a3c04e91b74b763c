import { mostLosses } from '../../../../routing/calibration/loss-limit.ts'
import { fewestSessions } from '../../promotion/decide-promotion.ts'
import type { CycleOptions } from '../cycle-options.ts'
import { partShares, type SplitRows } from './split-rows.ts'

/**
 * How many more labels are needed at least; null if there are enough to begin: sessions to calibrate with, of which none may be lost,
 * and sessions to compare on.
 */
export function missingLabels(
  { calibration, comparison }: SplitRows,
  { pair, maxLoss = 0.05, confidence = 0.95 }: CycleOptions,
): string | null {
  const sessionsOf = (rows: readonly { readonly session: string }[]) =>
    new Set(rows.map(({ session }) => session)).size
  const [calibrated, compared] = [sessionsOf(calibration), sessionsOf(comparison)]
  const needed = fewestCalibrated(maxLoss, confidence)
  const short = Math.max(
    (needed - calibrated) / partShares.calibration,
    (fewestSessions - compared) / partShares.comparison,
  )
  if (short <= 0) return null
  const more = Math.ceil(short)
  return (
    `About ${more} more labelled sessions are needed: with the outcomes of ${pair.strong} and ${pair.weak} on the same request, from shadow calls, ` +
    `people, or feedback of a trusted key. There are ${calibrated} of ${needed} to calibrate with and ${compared} of ${fewestSessions} to compare on.`
  )
}

/** With fewer labels not even none lost keeps the promise. */
function fewestCalibrated(maxLoss: number, confidence: number): number {
  let labels = 1
  while (mostLosses(labels, { maxLoss, confidence }) < 0) labels++
  return labels
}

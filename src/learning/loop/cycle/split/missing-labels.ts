import { formatOfNeeded } from '../../../../base/text/format/format-number.ts'
import { mostLosses } from '../../../../routing/calibration/loss-limit.ts'
import { fewestSessions } from '../../promotion/decide-promotion.ts'
import type { CycleOptions } from '../cycle-options.ts'
import { partShares, type SplitRows } from './split-rows.ts'

/** Labelled sessions so far, those needed at least, and how many more of all labelled sessions bring them, about. */
export type LabelCount = {
  readonly more: number
  readonly calibration: { readonly sessions: number; readonly needed: number }
  readonly comparison: { readonly sessions: number; readonly needed: number }
}

/** What is needed to begin: sessions to calibrate with, of which none may be lost, and sessions to compare on. */
export function countMissingLabels(
  { calibration, comparison }: Pick<SplitRows, 'calibration' | 'comparison'>,
  { maxLoss, confidence }: { readonly maxLoss: number; readonly confidence: number },
): LabelCount {
  const sessionsOf = (rows: readonly { readonly session: string }[]) =>
    new Set(rows.map(({ session }) => session)).size
  const [calibrated, compared] = [sessionsOf(calibration), sessionsOf(comparison)]
  const needed = fewestCalibrated(maxLoss, confidence)
  const short = Math.max(
    (needed - calibrated) / partShares.calibration,
    (fewestSessions - compared) / partShares.comparison,
  )
  return {
    more: Math.max(0, Math.ceil(short)),
    calibration: { sessions: calibrated, needed },
    comparison: { sessions: compared, needed: fewestSessions },
  }
}

/** How many more labels are needed at least; null if there are enough to begin. */
export function missingLabels(
  split: SplitRows,
  { pair, maxLoss = 0.05, confidence = 0.95 }: CycleOptions,
): string | null {
  const { more, calibration, comparison } = countMissingLabels(split, { maxLoss, confidence })
  if (more === 0) return null
  return (
    `About ${more} more labelled sessions are needed: with the outcomes of ${pair.strong} and ${pair.weak} on the same request, from shadow calls, ` +
    `people, or feedback of a trusted key. There are ${formatOfNeeded(calibration.sessions, calibration.needed)} to calibrate with and ${formatOfNeeded(comparison.sessions, comparison.needed)} to compare on.`
  )
}

/** With fewer labels not even none lost keeps the promise. */
function fewestCalibrated(maxLoss: number, confidence: number): number {
  let labels = 1
  while (mostLosses(labels, { maxLoss, confidence }) < 0) labels++
  return labels
}

import type { LabelledRequest } from '../../labelled-request.ts'
import type { CycleLabels, LeftOut, PartCount } from '../cycle-result.ts'
import type { SplitRows } from './split-rows.ts'

/** Counts what becomes of the rows. */
export function createLabelCounter(rows: readonly LabelledRequest[]) {
  const leftOut: Record<LeftOut, number> = {
    untrusted: 0,
    'one-outcome': 0,
    unpriced: 0,
    'not-scored': 0,
    thinned: 0,
    'key-share': 0,
    'tells-nothing': 0,
    older: 0,
  }
  return {
    leaveOut(_row: LabelledRequest, why: LeftOut): void {
      leftOut[why]++
    },
    counts({ training, calibration, comparison }: SplitRows): CycleLabels {
      const bySource = { feedback: 0, shadow: 0, person: 0, implicit: 0 }
      for (const { source } of rows) bySource[source]++
      return {
        total: rows.length,
        bySource,
        training: countPart(training),
        calibration: countPart(calibration),
        comparison: countPart(comparison),
        leftOut: { ...leftOut },
      }
    },
  }
}

function countPart(rows: readonly LabelledRequest[]): PartCount {
  return { requests: rows.length, sessions: new Set(rows.map(({ session }) => session)).size }
}

import type { LabelledRequest } from '../../labelled-request.ts'
import { hashShare } from './hash-share.ts'

/** Sessions as old as this part of the deciding ones are trained on, whatever their hash. */
const olderShare = 0.2
/** Of the other deciding sessions. The rest is trained on. */
const comparisonShare = 0.45
const calibrationShare = 0.25

/** Of the deciding sessions, the share that becomes each part. */
export const partShares = {
  calibration: (1 - olderShare) * calibrationShare,
  comparison: (1 - olderShare) * comparisonShare,
} as const

export type SplitRows = {
  readonly training: readonly LabelledRequest[]
  readonly calibration: readonly LabelledRequest[]
  readonly comparison: readonly LabelledRequest[]
}

/**
 * Splits by session: of the newer four fifths of the deciding sessions a hash of seed and session sends 45 % to the comparison, 25 % to
 * the calibration and the rest to the training, together with the older fifth and all rows that do not decide. A session keeps its side
 * from night to night as long as it is among the newer ones, and no row of a session that decides is trained on.
 */
export function splitRows(
  rows: readonly LabelledRequest[],
  deciding: readonly LabelledRequest[],
  seed: number,
): SplitRows {
  const partOf = partsOfSessions(deciding, seed)
  return {
    training: rows.filter(({ session }) => !partOf.has(session)),
    calibration: deciding.filter(({ session }) => partOf.get(session) === 'calibration'),
    comparison: deciding.filter(({ session }) => partOf.get(session) === 'comparison'),
  }
}

function partsOfSessions(
  deciding: readonly LabelledRequest[],
  seed: number,
): ReadonlyMap<string, 'calibration' | 'comparison'> {
  const lastTimes = new Map<string, number>()
  for (const { session, time } of deciding)
    lastTimes.set(session, Math.max(time, lastTimes.get(session) ?? Number.NEGATIVE_INFINITY))
  const byTime = [...lastTimes].sort(
    ([one, time], [other, otherTime]) => time - otherTime || (one < other ? -1 : 1),
  )
  const parts = new Map<string, 'calibration' | 'comparison'>()
  for (const [session] of byTime.slice(Math.floor(olderShare * byTime.length))) {
    const place = hashShare(seed, 'part', session)
    if (place < comparisonShare) parts.set(session, 'comparison')
    else if (place < comparisonShare + calibrationShare) parts.set(session, 'calibration')
  }
  return parts
}

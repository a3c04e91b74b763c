import { wilsonInterval } from '../../../../base/math/statistics/proportion.ts'
import type { FreeShare } from '../../../../store/reader/answers/curve.ts'
import type { PlannedShare } from '../../actions/lock-actions.ts'

/**
 * Whether requests have another share of strong calls than what decides them was set for, by more than chance: 0 is not within the
 * 95 % interval of the difference.
 *
 * What a calibration was asked for is no estimate, so it is compared as it is. What a comparison has counted is one: the interval of
 * the difference of two independent estimates is made of the intervals of both (Newcombe, Statistics in Medicine 17, 1998, method 10),
 * Wilson's of the comparison, with as many trials as it had sessions. Without their number nothing is said.
 */
export function isOffPlan(
  planned: PlannedShare | null,
  { requests, strong, strongInterval }: FreeShare,
): boolean {
  if (planned === null || strongInterval === null || requests === 0) return false
  const [low, high] = strongInterval
  if (planned.by === 'calibration') return planned.share < low || planned.share > high
  const { share, sessions } = planned
  if (sessions === null) return false
  const [least, most] = wilsonInterval(share * sessions, sessions)
  const measured = strong / requests
  const difference = measured - share
  return (
    difference > Math.hypot(measured - low, most - share) ||
    -difference > Math.hypot(high - measured, share - least)
  )
}

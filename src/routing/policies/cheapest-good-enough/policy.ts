import { raiseTolerance } from '../pacing.ts'
import type { DescribingPolicy } from '../policy.ts'
import { createQualityPolicy, type QualityPolicyOptions } from '../quality/quality-policy.ts'
import { findCheapestGoodEnough } from './choose.ts'
import { describeCheapest } from './describe.ts'

/**
 * Chooses the cheapest candidate whose predicted loss against the best is within the tolerance.
 *
 * @param tolerance from 0, in the unit of the estimate.
 */
export function createCheapestGoodEnoughPolicy(
  options: QualityPolicyOptions,
  tolerance: number,
): DescribingPolicy {
  return createQualityPolicy(options, {
    pick: (candidates, scores, pace) =>
      findCheapestGoodEnough(candidates, scores, raiseTolerance(tolerance, pace)),
    describe: (choice) => describeCheapest(choice, raiseTolerance(tolerance, choice.pace ?? 1)),
  })
}

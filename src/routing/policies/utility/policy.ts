import { expectLatencies } from '../observations/expected-call.ts'
import type { DescribingPolicy } from '../policy.ts'
import { createQualityPolicy, type QualityPolicyOptions } from '../quality/quality-policy.ts'
import { findMostUseful, findParts, raiseUsdWeight, toUtility, type UtilityWeights } from './choose.ts'
import { describeMostUseful } from './describe.ts'

export type UtilityOptions = {
  readonly weights: UtilityWeights
  /** A candidate whose call is expected to cost more is excluded, and so is one without a price. Null: no limit. */
  readonly maxUsdPerRequest: number | null
  /** Which percentile of the observed latencies is expected; 0 to 100. */
  readonly latencyPercentile: number
}

/** Chooses the candidate with the highest utility: predicted quality less dollars and seconds, each by its weight. */
export function createUtilityPolicy(
  options: QualityPolicyOptions,
  { weights, maxUsdPerRequest, latencyPercentile }: UtilityOptions,
): DescribingPolicy {
  return createQualityPolicy(options, {
    latenciesOf: (candidate) => expectLatencies(candidate, latencyPercentile),
    limitOf(usd) {
      if (maxUsdPerRequest === null) return null
      if (usd === null) return 'unpriced'
      return usd > maxUsdPerRequest ? 'budget' : null
    },
    pick: (candidates, scores, pace) => {
      const paced = raiseUsdWeight(weights, pace)
      const utilities = findParts(candidates, scores).map((parts) => toUtility(parts, paced))
      return findMostUseful(candidates, utilities)
    },
    describe: (choice) => describeMostUseful(choice, raiseUsdWeight(weights, choice.pace ?? 1)),
  })
}

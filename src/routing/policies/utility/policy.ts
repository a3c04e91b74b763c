import { type Exclusion, findExclusions } from '../../catalogue/exclusion.ts'
import type { Model } from '../../catalogue/model.ts'
import type { Candidate } from '../choice.ts'
import { expectCost, expectLatencies, type ObservedCandidate } from '../observations/expected-call.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { createChooseByQuality } from '../quality/choose-by-quality.ts'
import type { QualityEstimate } from '../quality/quality-estimate.ts'
import { findMostUseful, findParts, raiseUsdWeight, toUtility, type UtilityWeights } from './choose.ts'
import { describeMostUseful } from './describe.ts'

export type UtilityPolicyOptions = {
  readonly name: string | null
  readonly candidates: readonly ObservedCandidate[]
  /** One of the candidates: answers if the router fails. */
  readonly safest: Model
  readonly estimate: QualityEstimate
  readonly weights: UtilityWeights
  /** A candidate whose call is expected to cost more is excluded, and so is one without a price. Null: no limit. */
  readonly maxUsdPerRequest: number | null
  /** Which percentile of the observed latencies is expected; 0 to 100. */
  readonly latencyPercentile: number
  readonly routerTimeoutMs: number
}

/** Chooses the candidate with the highest utility: predicted quality less dollars and seconds, each by its weight. */
export function createUtilityPolicy(options: UtilityPolicyOptions): DescribingPolicy {
  const { name, safest, estimate, weights, maxUsdPerRequest, routerTimeoutMs } = options
  const models = options.candidates.map(({ model }) => model)

  function findLimit(usd: number | null): Exclusion | null {
    if (maxUsdPerRequest === null) return null
    if (usd === null) return 'unpriced'
    return usd > maxUsdPerRequest ? 'budget' : null
  }

  function toCandidates(request: PolicyRequest, predicted: ArrayLike<number> | null): readonly Candidate[] {
    const task = request.task?.() ?? null
    const exclusions = findExclusions(models, request.needs)
    return options.candidates.map((candidate, index) => {
      const { usd, outputTokens } = expectCost(candidate, request, task, predicted?.[index])
      const expected = { outputTokens, ...expectLatencies(candidate, options.latencyPercentile) }
      return { model: candidate.model, usd, excluded: exclusions[index] ?? findLimit(usd), expected }
    })
  }

  return {
    name,
    models,
    safest,
    choose: createChooseByQuality({
      name,
      safest,
      estimate,
      routerTimeoutMs,
      toCandidates,
      pick: (candidates, scores, pace) => {
        const paced = raiseUsdWeight(weights, pace)
        const utilities = findParts(candidates, scores).map((parts) => toUtility(parts, paced))
        return findMostUseful(candidates, utilities)
      },
    }),
    describe: (choice) => describeMostUseful(choice, raiseUsdWeight(weights, choice.pace ?? 1)),
  }
}

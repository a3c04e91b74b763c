import { findExclusions } from '../../catalogue/exclusion.ts'
import type { Model } from '../../catalogue/model.ts'
import type { Candidate } from '../choice.ts'
import { expectCost, type ObservedCandidate } from '../observations/expected-call.ts'
import { raiseTolerance } from '../pacing.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { createChooseByQuality } from '../quality/choose-by-quality.ts'
import type { QualityEstimate } from '../quality/quality-estimate.ts'
import { findCheapestGoodEnough } from './choose.ts'
import { describeCheapest } from './describe.ts'

export type CheapestGoodEnoughOptions = {
  readonly name: string | null
  readonly candidates: readonly ObservedCandidate[]
  /** One of the candidates: answers if the router fails. */
  readonly safest: Model
  readonly estimate: QualityEstimate
  /** The largest predicted loss against the best candidate, from 0, in the unit of the estimate. */
  readonly tolerance: number
  readonly routerTimeoutMs: number
}

/** Chooses the cheapest candidate whose predicted loss against the best is within the tolerance. */
export function createCheapestGoodEnoughPolicy(options: CheapestGoodEnoughOptions): DescribingPolicy {
  const { name, safest, estimate, tolerance, routerTimeoutMs } = options
  const models = options.candidates.map(({ model }) => model)

  function toCandidates(request: PolicyRequest, predicted: ArrayLike<number> | null): readonly Candidate[] {
    const task = request.task?.() ?? null
    const exclusions = findExclusions(models, request.needs)
    return options.candidates.map((candidate, index) => {
      const { usd, outputTokens } = expectCost(candidate, request, task, predicted?.[index])
      const expected = { outputTokens, firstTokenSeconds: null, secondsPerOutputToken: null }
      return { model: candidate.model, usd, excluded: exclusions[index] ?? null, expected }
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
      pick: (candidates, scores, pace) =>
        findCheapestGoodEnough(candidates, scores, raiseTolerance(tolerance, pace)),
    }),
    describe: (choice) => describeCheapest(choice, raiseTolerance(tolerance, choice.pace ?? 1)),
  }
}

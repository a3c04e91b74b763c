import { findExclusions } from '../../catalogue/exclusion.ts'
import { findCallUsd } from '../../catalogue/expected-cost.ts'
import type { Model } from '../../catalogue/model.ts'
import type { Candidate } from '../choice.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import { createChooseByQuality } from '../quality/choose-by-quality.ts'
import type { QualityEstimate } from '../quality/quality-estimate.ts'
import { findCheapestGoodEnough } from './choose.ts'
import { describeCheapest } from './describe.ts'

export type CheapestGoodEnoughOptions = {
  readonly name: string | null
  readonly models: readonly Model[]
  /** One of `models`: answers if the router fails. */
  readonly safest: Model
  readonly estimate: QualityEstimate
  /** The largest predicted loss against the best candidate, from 0, in the unit of the estimate. */
  readonly tolerance: number
  /** Expected tokens of a reply. */
  readonly outputTokens: number
  readonly routerTimeoutMs: number
}

/** Chooses the cheapest candidate whose predicted loss against the best is within the tolerance. */
export function createCheapestGoodEnoughPolicy(options: CheapestGoodEnoughOptions): DescribingPolicy {
  const { name, models, safest, estimate, tolerance, routerTimeoutMs } = options

  function toCandidates({ needs, cachedTokens }: PolicyRequest): readonly Candidate[] {
    const outputTokens = Math.min(options.outputTokens, needs.maxOutputTokens ?? options.outputTokens)
    const exclusions = findExclusions(models, needs)
    return models.map((model, index) => ({
      model,
      usd: findCallUsd(model, {
        inputTokens: needs.inputTokens,
        cachedTokens: cachedTokens?.(model) ?? 0,
        outputTokens,
      }),
      excluded: exclusions[index] ?? null,
    }))
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
      pick: (candidates, scores) => findCheapestGoodEnough(candidates, scores, tolerance),
    }),
    describe: (choice) => describeCheapest(choice, tolerance),
  }
}

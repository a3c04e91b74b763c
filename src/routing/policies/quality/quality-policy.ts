import { type Exclusion, findExclusions } from '../../catalogue/exclusion.ts'
import type { Model } from '../../catalogue/model.ts'
import type { Candidate, ExpectedCall } from '../choice.ts'
import { expectCost, type ObservedCandidate } from '../observations/expected-call.ts'
import { toObservedCandidates } from '../observations/observed-candidates.ts'
import type { PriorSettings } from '../observations/prior-settings.ts'
import type { DescribingPolicy, PolicyRequest } from '../policy.ts'
import type { PolicyParts } from '../policy-kind.ts'
import { createChooseByQuality, type QualityChoiceOptions } from './choose-by-quality.ts'
import type { QualityEstimate } from './quality-estimate.ts'
import { findSafestName, type QualitySettings } from './quality-settings.ts'
import { createRouterEstimate } from './router-estimate.ts'

/** What policies that compare predicted qualities are made of. */
export type QualityPolicyOptions = Pick<
  QualityChoiceOptions,
  'name' | 'safest' | 'estimate' | 'routerTimeoutMs'
> & {
  readonly candidates: readonly ObservedCandidate[]
}

/** How a policy chooses among candidates with predicted qualities. */
export type QualityRule = Pick<QualityChoiceOptions, 'pick'> &
  Pick<DescribingPolicy, 'describe'> & {
    /** The latencies that are expected of a candidate. Default: none. */
    readonly latenciesOf?: (candidate: ObservedCandidate) => Omit<ExpectedCall, 'outputTokens'>
    /** Why a candidate with these expected dollars may not answer; null if it may. Default: it may. */
    readonly limitOf?: (usd: number | null) => Exclusion | null
  }

/** @throws what `findModel`, `findRouter` and `createRouterEstimate` throw. */
export function toQualityOptions(
  settings: QualitySettings & PriorSettings,
  parts: Pick<PolicyParts, 'name' | 'findModel' | 'findRouter' | 'observed' | 'routerTimeoutMs'>,
): QualityPolicyOptions {
  const models = settings.candidates.map((name) => parts.findModel(name))
  const estimate = createQualityEstimate(settings, models, parts)
  return {
    name: parts.name,
    candidates: toObservedCandidates(settings, models, parts.observed),
    safest: models[settings.candidates.indexOf(findSafestName(settings))]!,
    estimate,
    routerTimeoutMs: parts.routerTimeoutMs,
  }
}

/** Chooses by the rule among the candidates that can answer, with their predicted qualities and expected dollars. */
export function createQualityPolicy(
  { candidates, ...options }: QualityPolicyOptions,
  { pick, describe, latenciesOf = () => noLatencies, limitOf = () => null }: QualityRule,
): DescribingPolicy {
  const models = candidates.map(({ model }) => model)

  function toCandidates(request: PolicyRequest, predicted: ArrayLike<number> | null): readonly Candidate[] {
    const task = request.task?.() ?? null
    const exclusions = findExclusions(models, request.needs)
    return candidates.map((candidate, index) => {
      const { usd, outputTokens } = expectCost(candidate, request, task, predicted?.[index])
      const expected = { outputTokens, ...latenciesOf(candidate) }
      return { model: candidate.model, usd, excluded: exclusions[index] ?? limitOf(usd), expected }
    })
  }

  return {
    name: options.name,
    models,
    safest: options.safest,
    choose: createChooseByQuality({ ...options, toCandidates, pick }),
    describe,
  }
}

const noLatencies = { firstTokenSeconds: null, secondsPerOutputToken: null }

function createQualityEstimate(
  { candidates, router, quality = {} }: QualitySettings,
  models: readonly Model[],
  { findRouter }: Pick<PolicyParts, 'findRouter'>,
): QualityEstimate {
  if (router !== undefined) return createRouterEstimate(findRouter(router), models)
  return { kind: 'table', qualities: candidates.map((name) => quality[name]!) }
}

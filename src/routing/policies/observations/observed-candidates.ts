import type { Model } from '../../catalogue/model.ts'
import type { ObservedCandidate } from './expected-call.ts'
import type { ObservedCalls } from './observed-calls.ts'
import { findPriors, type PriorSettings } from './prior-settings.ts'

/** @param models the candidates of the settings, in their order. */
export function toObservedCandidates(
  settings: PriorSettings,
  models: readonly Model[],
  observed: ObservedCalls,
): ObservedCandidate[] {
  return models.map((model, index) => ({
    model,
    observed: observed.of(model.name),
    priors: findPriors(settings, settings.candidates[index]!),
  }))
}

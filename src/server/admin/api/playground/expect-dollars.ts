import type { ExplainedDecision } from '../../../../gateway/decide/explanation/explained-decision.ts'
import type { Gateway } from '../../../../gateway/gateway.ts'
import { noNeeds, type RequestNeeds } from '../../../../routing/catalogue/request-needs.ts'
import { expectCost } from '../../../../routing/policies/observations/expected-call.ts'
import { standardPriors } from '../../../../routing/policies/observations/prior-settings.ts'

/**
 * The decision with the expected dollars of candidates whose policy compares none: by the length of the request, and by the mean
 * length of replies as policies expect it, without the settings of any policy.
 */
export function expectDollars(
  decision: ExplainedDecision,
  gateway: Pick<Gateway, 'findModel' | 'observed'>,
  needs: RequestNeeds = noNeeds,
): ExplainedDecision {
  const candidates = decision.candidates.map((candidate) => {
    const model = candidate.usd === null ? gateway.findModel(candidate.model) : null
    if (model === null) return candidate
    const known = { model, observed: gateway.observed.of(model.name), priors: standardPriors }
    return { ...candidate, usd: expectCost(known, { needs, cachedTokens: null }, decision.task).usd }
  })
  return { ...decision, candidates }
}

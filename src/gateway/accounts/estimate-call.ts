import { contextMargin } from '../../routing/catalogue/exclusion.ts'
import { findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'
import type { Decision } from '../decide/decision.ts'
import type { DollarEstimate, Estimate } from './ledger.ts'

/**
 * What one call of a model is expected to use, on the safe side:
 *
 * - prompt: the estimated tokens · 1.25, as for contexts, none of them from a cache
 * - reply: the most tokens that the client asks for, else the mean of the model's latest replies, else 400
 * - at least: the mean of the latest replies if that is less; without any reply yet 400 if the client asks for more, and
 *   nothing if it sets no limit
 */
export function estimateCall(model: Model, needs: RequestNeeds, observed: ObservedCalls): Estimate {
  const inputTokens = Math.ceil(needs.inputTokens * contextMargin)
  const { count, value } = observed.of(model.name).outputTokens(null)
  const expected = count > 0 ? value : guessedOutputTokens
  const asked = needs.maxOutputTokens
  const outputTokens = asked ?? expected
  const least = asked === null && count === 0 ? 0 : Math.min(outputTokens, expected)
  return {
    tokens: inputTokens + Math.ceil(outputTokens),
    usd: findCallUsd(model, { inputTokens, cachedTokens: 0, outputTokens }),
    leastUsd: findCallUsd(model, { inputTokens, cachedTokens: 0, outputTokens: least }) ?? 0,
  }
}

/** The same guess as that of the policies. */
const guessedOutputTokens = 400

/**
 * What a decided request is expected to use. A cascade calls the weak model once or several times; the dollars of its strong
 * model are reserved when that is called (`estimateCalls`), its tokens at once, because they are not checked later.
 */
export function estimateDecision(decision: Decision, needs: RequestNeeds, observed: ObservedCalls): Estimate {
  const first = estimateCall(decision.model, needs, observed)
  if (decision.kind !== 'routed' || decision.check === null) return first
  const strong = estimateCall(decision.check.strong, needs, observed)
  const calls = 1 + decision.check.samples
  return {
    tokens: first.tokens * calls + strong.tokens,
    usd: first.usd === null ? null : first.usd * calls,
    leastUsd: first.leastUsd * calls,
  }
}

/** What several calls of one request are expected to cost. @param models one for each call. */
export function estimateCalls(
  models: readonly Model[],
  needs: RequestNeeds,
  observed: ObservedCalls,
): DollarEstimate {
  let usd: number | null = 0
  let leastUsd = 0
  for (const model of models) {
    const call = estimateCall(model, needs, observed)
    usd = usd === null || call.usd === null ? null : usd + call.usd
    leastUsd += call.leastUsd
  }
  return { usd, leastUsd }
}

import { contextMargin } from '../../routing/catalogue/exclusion.ts'
import { findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import type { ObservedCalls } from '../../routing/policies/observations/observed-calls.ts'
import type { Decision } from '../decide/decision.ts'
import type { Estimate } from './ledger.ts'

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

/** What a decided request is expected to use: a cascade may call the weak model several times and then the strong one. */
export function estimateDecision(decision: Decision, needs: RequestNeeds, observed: ObservedCalls): Estimate {
  const first = estimateCall(decision.model, needs, observed)
  if (decision.kind !== 'routed' || decision.check === null) return first
  const strong = estimateCall(decision.check.strong, needs, observed)
  const calls = 1 + decision.check.samples
  return {
    tokens: first.tokens * calls + strong.tokens,
    usd: first.usd === null || strong.usd === null ? null : first.usd * calls + strong.usd,
    leastUsd: first.leastUsd * calls,
  }
}

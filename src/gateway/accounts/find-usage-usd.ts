import { findCallUsd } from '../../routing/catalogue/expected-cost.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { TokenUsage } from '../protocols/protocol.ts'

/** Dollars of a call by the tokens that its upstream has reported; null for a model without prices. */
export function findUsageUsd(model: Model, usage: TokenUsage): number | null {
  return findCallUsd(model, {
    inputTokens: usage.promptTokens,
    cachedTokens: usage.cachedPromptTokens,
    cacheWriteTokens: usage.cacheWritePromptTokens,
    cacheWrite1hTokens: usage.cacheWrite1hPromptTokens,
    outputTokens: usage.completionTokens,
  })
}

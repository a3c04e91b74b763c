import { type Effort, efforts } from '../../../../../routing/catalogue/model.ts'
import type { Loss, ReasoningRequest } from '../../../common/common-request.ts'
import { type JsonObject, objectOf } from '../../../common/json-fields.ts'
import { toCount } from '../json-values.ts'

/**
 * How much the model is to think: OpenAI's `reasoning_effort`, OpenRouter's `reasoning` and `include_reasoning`, and the
 * `thinking` of DeepSeek and others.
 */
export function readReasoning(body: JsonObject, losses: Loss[]): ReasoningRequest | null {
  const reasoning = objectOf(body.reasoning)
  const thinking = objectOf(body.thinking)
  const request: ReasoningRequest = {
    effort:
      readEffort(body.reasoning_effort, 'reasoning_effort', losses) ??
      readEffort(reasoning?.effort, 'reasoning.effort', losses),
    budgetTokens: toCount(reasoning?.max_tokens) ?? toCount(thinking?.budget_tokens),
    mode: readMode(reasoning?.enabled, thinking?.type),
    isShown: readIsShown(reasoning?.exclude, body.include_reasoning),
    wantsState: false,
  }
  const isStated = Object.values(request).some((value) => value !== null && value !== false)
  return isStated || request.isShown === false ? request : null
}

function readEffort(value: unknown, field: string, losses: Loss[]): Effort | null {
  if (value === undefined || value === null) return null
  const effort = efforts.find((known) => known === value)
  if (effort !== undefined) return effort
  losses.push({ field, kind: 'refused', why: `it must be one of ${efforts.join(', ')}` })
  return null
}

function readMode(isEnabled: unknown, type: unknown): ReasoningRequest['mode'] {
  if (type === 'enabled' || type === 'adaptive' || type === 'disabled') return type
  if (typeof isEnabled === 'boolean') return isEnabled ? 'enabled' : 'disabled'
  return null
}

function readIsShown(isExcluded: unknown, isIncluded: unknown): boolean | null {
  if (typeof isExcluded === 'boolean') return !isExcluded
  return typeof isIncluded === 'boolean' ? isIncluded : null
}

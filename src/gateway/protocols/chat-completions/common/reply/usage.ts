import type { CommonUsage } from '../../../common/common-reply.ts'
import { type JsonObject, objectOf } from '../../../common/json-fields.ts'
import { toCount } from '../json-values.ts'

/**
 * The tokens of a reply; null if it states none.
 *
 * Gemini and xAI count reasoning in `total_tokens` and not in `completion_tokens`, so what the total has beyond the prompt
 * is output. DeepSeek and Moonshot state cached tokens beside the details, OpenRouter and OpenAI those written to a cache.
 */
export function readUsage(value: unknown): CommonUsage | null {
  const usage = objectOf(value)
  const input = toCount(usage?.prompt_tokens)
  const completion = toCount(usage?.completion_tokens)
  if (usage === null || (input === null && completion === null)) return null
  const prompt = objectOf(usage.prompt_tokens_details)
  const total = toCount(usage.total_tokens) ?? 0
  return {
    input: input ?? 0,
    cacheRead:
      toCount(prompt?.cached_tokens) ??
      toCount(usage.prompt_cache_hit_tokens) ??
      toCount(usage.cached_tokens) ??
      0,
    cacheWrite: toCount(prompt?.cache_write_tokens) ?? 0,
    cacheWrite1h: 0,
    output: Math.max(completion ?? 0, total - (input ?? 0)),
    reasoning: toCount(objectOf(usage.completion_tokens_details)?.reasoning_tokens) ?? 0,
  }
}

export function writeUsage(usage: CommonUsage): JsonObject {
  const written = usage.cacheWrite + usage.cacheWrite1h
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      ...(written === 0 ? {} : { cache_write_tokens: written }),
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  }
}

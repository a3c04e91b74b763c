import type { CommonUsage } from '../../../common/common-reply.ts'
import { countOf, isObject, objectOf } from '../../../common/json-fields.ts'

/** Reads `usage` of a response. Cached tokens and those written to a cache are part of `input_tokens`. */
export function readUsage(usage: unknown): CommonUsage | null {
  if (!isObject(usage)) return null
  const input = objectOf(usage.input_tokens_details)
  return {
    input: countOf(usage.input_tokens),
    cacheRead: countOf(input?.cached_tokens),
    cacheWrite: countOf(input?.cache_write_tokens),
    cacheWrite1h: 0,
    output: countOf(usage.output_tokens),
    reasoning: countOf(objectOf(usage.output_tokens_details)?.reasoning_tokens),
  }
}

export function writeUsage(usage: CommonUsage | null): Record<string, unknown> | null {
  if (usage === null) return null
  return {
    input_tokens: usage.input,
    input_tokens_details: {
      cached_tokens: usage.cacheRead,
      cache_write_tokens: usage.cacheWrite + usage.cacheWrite1h,
    },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning },
    total_tokens: usage.input + usage.output,
  }
}

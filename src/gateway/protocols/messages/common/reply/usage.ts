import type { CommonUsage } from '../../../common/common-reply.ts'
import { countOf, isObject, type JsonObject, noUsage } from '../../../common/json-fields.ts'

/**
 * The `usage` of a message. Its `input_tokens` are those that no cache had a part in, so that all tokens of the prompt are
 * `input_tokens + cache_read_input_tokens + cache_creation_input_tokens`.
 *
 * Source: platform.claude.com/docs/en/build-with-claude/prompt-caching, Tracking cache performance.
 * @returns null for what is no usage.
 */
export function readUsage(usage: unknown): CommonUsage | null {
  if (!isObject(usage)) return null
  if (typeof usage.input_tokens !== 'number' && typeof usage.output_tokens !== 'number') return null
  const creation = isObject(usage.cache_creation) ? usage.cache_creation : {}
  const cacheWrite1h = countOf(creation.ephemeral_1h_input_tokens)
  const parted = cacheWrite1h + countOf(creation.ephemeral_5m_input_tokens)
  const written = Math.max(countOf(usage.cache_creation_input_tokens), parted)
  const cacheRead = countOf(usage.cache_read_input_tokens)
  const details = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {}
  return {
    input: countOf(usage.input_tokens) + cacheRead + written,
    cacheRead,
    cacheWrite: written - cacheWrite1h,
    cacheWrite1h,
    output: countOf(usage.output_tokens),
    reasoning: countOf(details.thinking_tokens),
  }
}

/** The usage after a later event, whose counts are totals and which leaves out those that do not apply. */
export function mergeUsage(before: JsonObject, later: unknown): JsonObject {
  if (!isObject(later)) return before
  const given = Object.entries(later).filter(([, value]) => value !== null && value !== undefined)
  return { ...before, ...Object.fromEntries(given) }
}

/** @param usage null: the upstream reported none, and the counts that Messages demands are 0. */
export function writeUsage(usage: CommonUsage | null): JsonObject {
  const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning } = usage ?? noUsage
  return {
    input_tokens: Math.max(0, input - cacheRead - cacheWrite - cacheWrite1h),
    cache_creation_input_tokens: cacheWrite + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: cacheWrite1h },
    output_tokens: output,
    ...(reasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  }
}

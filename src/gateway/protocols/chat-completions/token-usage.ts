import { fieldOf } from '../../../base/text/json/field-of.ts'
import type { TokenUsage } from '../protocol.ts'
import { parseCount } from '../wire/parse-count.ts'

/**
 * Reads OpenAI's `usage` object of chat completions (`prompt_tokens`) or responses (`input_tokens`); null if it is
 * neither.
 */
export function parseTokenUsage(usage: unknown): TokenUsage | null {
  const promptTokens =
    parseCount(fieldOf(usage, 'prompt_tokens')) ?? parseCount(fieldOf(usage, 'input_tokens'))
  const completionTokens =
    parseCount(fieldOf(usage, 'completion_tokens')) ?? parseCount(fieldOf(usage, 'output_tokens'))
  if (promptTokens === null && completionTokens === null) return null
  const details = fieldOf(usage, 'prompt_tokens_details') ?? fieldOf(usage, 'input_tokens_details')
  return {
    promptTokens: promptTokens ?? 0,
    cachedPromptTokens: parseCount(fieldOf(details, 'cached_tokens')) ?? 0,
    cacheWritePromptTokens: parseCount(fieldOf(details, 'cache_write_tokens')) ?? 0,
    cacheWrite1hPromptTokens: 0,
    completionTokens: completionTokens ?? 0,
  }
}

import { fieldOf } from '../../../base/text/json/field-of.ts'
import type { TokenUsage } from '../protocol.ts'
import { parseCount } from '../wire/parse-count.ts'

/**
 * Reads the `usage` object of chat completions (`prompt_tokens`) or of OpenAI's responses (`input_tokens`); null if it is
 * neither.
 *
 * Gemini and xAI count reasoning in `total_tokens` and not in `completion_tokens`, so what the total of a chat completion has
 * beyond the prompt is output. DeepSeek and Moonshot state cached tokens beside the details. A translated reply is read
 * likewise (`readUsage` of `common/reply/usage.ts`), so that it costs the same.
 */
export function parseTokenUsage(usage: unknown): TokenUsage | null {
  const ofChat = parseCount(fieldOf(usage, 'prompt_tokens'))
  const promptTokens = ofChat ?? parseCount(fieldOf(usage, 'input_tokens'))
  const completionOfChat = parseCount(fieldOf(usage, 'completion_tokens'))
  const completionTokens = completionOfChat ?? parseCount(fieldOf(usage, 'output_tokens'))
  if (promptTokens === null && completionTokens === null) return null
  const details = fieldOf(usage, 'prompt_tokens_details') ?? fieldOf(usage, 'input_tokens_details')
  const isChat = ofChat !== null || completionOfChat !== null
  const total = isChat ? (parseCount(fieldOf(usage, 'total_tokens')) ?? 0) : 0
  return {
    promptTokens: promptTokens ?? 0,
    cachedPromptTokens:
      parseCount(fieldOf(details, 'cached_tokens')) ??
      parseCount(fieldOf(usage, 'prompt_cache_hit_tokens')) ??
      parseCount(fieldOf(usage, 'cached_tokens')) ??
      0,
    cacheWritePromptTokens: parseCount(fieldOf(details, 'cache_write_tokens')) ?? 0,
    cacheWrite1hPromptTokens: 0,
    completionTokens: Math.max(completionTokens ?? 0, total - (promptTokens ?? 0)),
  }
}

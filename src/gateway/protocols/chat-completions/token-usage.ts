import type { TokenUsage } from '../protocol.ts'

type JsonObject = { readonly [key: string]: unknown }

/** Reads OpenAI's `usage` object of chat completions (`prompt_tokens`) or responses (`input_tokens`); null if it is neither. */
export function parseTokenUsage(usage: unknown): TokenUsage | null {
  if (!isObject(usage)) return null
  const promptTokens = parseCount(usage.prompt_tokens) ?? parseCount(usage.input_tokens)
  const completionTokens = parseCount(usage.completion_tokens) ?? parseCount(usage.output_tokens)
  if (promptTokens === null && completionTokens === null) return null
  const details = usage.prompt_tokens_details ?? usage.input_tokens_details
  return {
    promptTokens: promptTokens ?? 0,
    cachedPromptTokens: (isObject(details) ? parseCount(details.cached_tokens) : null) ?? 0,
    completionTokens: completionTokens ?? 0,
  }
}

/** The usage of one event of a stream: of a chat completion chunk, or of the event that ends a response. */
export function parseEventUsage(data: unknown): TokenUsage | null {
  if (!isObject(data)) return null
  return (
    parseTokenUsage(data.usage) ?? (isObject(data.response) ? parseTokenUsage(data.response.usage) : null)
  )
}

function parseCount(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Tokens of one reply, as its upstream counted them. */
export type TokenUsage = {
  readonly promptTokens: number
  /** The part of `promptTokens` that came from the upstream's prompt cache. */
  readonly cachedPromptTokens: number
  readonly completionTokens: number
}

type JsonObject = { readonly [key: string]: unknown }

/**
 * Reads OpenAI's `usage` object, of chat completions (`prompt_tokens`) and of responses (`input_tokens`).
 * Null where it is none of both.
 */
export function parseTokenUsage(usage: unknown): TokenUsage | null {
  if (!isObject(usage)) return null
  const promptTokens = count(usage.prompt_tokens) ?? count(usage.input_tokens)
  const completionTokens = count(usage.completion_tokens) ?? count(usage.output_tokens)
  if (promptTokens === null && completionTokens === null) return null
  const details = usage.prompt_tokens_details ?? usage.input_tokens_details
  return {
    promptTokens: promptTokens ?? 0,
    cachedPromptTokens: (isObject(details) ? count(details.cached_tokens) : null) ?? 0,
    completionTokens: completionTokens ?? 0,
  }
}

/** The usage of one event of a stream: of a chat completion chunk, or of the event that ends a response. */
export function usageOfEvent(data: unknown): TokenUsage | null {
  if (!isObject(data)) return null
  return (
    parseTokenUsage(data.usage) ?? (isObject(data.response) ? parseTokenUsage(data.response.usage) : null)
  )
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

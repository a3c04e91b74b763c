import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { Row } from '../../row.ts'
import { coerceList, coerceObject, findField } from '../cells/coerce.ts'
import { coerceCostOrZero, coerceCount, coerceNumber } from '../cells/coerce-number.ts'

export type LoggedTokens = {
  readonly inputTokens?: number
  readonly cachedInputTokens?: number
  readonly outputTokens?: number
}

/**
 * Token counts as OpenAI (`prompt_tokens`, the cached ones among them), Anthropic and Bedrock (`input_tokens` without the
 * cached ones, which they list separately), Gemini (`promptTokenCount`), Cohere, Ollama (`prompt_eval_count`) and LangChain
 * (`usage_metadata`) write them.
 */
export function parseUsage(usage: Row): LoggedTokens {
  const whole = findField(
    usage,
    [
      'prompt_tokens',
      'promptTokens',
      'promptTokenCount',
      'prompt_token_count',
      'prompt_eval_count',
      'inputTextTokenCount',
    ],
    coerceCount,
  )
  const input = findField(usage, ['input_tokens', 'inputTokens', 'inputTokenCount', 'input'], coerceCount)
  const read = findField(usage, ['cache_read_input_tokens', 'cacheReadInputTokens'], coerceCount)
  const written = findField(
    usage,
    ['cache_creation_input_tokens', 'cacheWriteInputTokens', 'cacheCreationInputTokens'],
    coerceCount,
  )
  const details = findField(
    usage,
    [
      'prompt_tokens_details',
      'input_tokens_details',
      'promptTokensDetails',
      'input_token_details',
      'inputTokenDetails',
    ],
    coerceObject,
  )
  const cached =
    read ??
    findField(
      details ?? {},
      ['cached_tokens', 'cachedTokens', 'cache_read', 'cacheReadTokens'],
      coerceCount,
    ) ??
    findField(
      usage,
      ['cachedContentTokenCount', 'prompt_cache_hit_tokens', 'cachedInputTokens', 'cached_tokens'],
      coerceCount,
    )
  const answered = findField(
    usage,
    [
      'completion_tokens',
      'output_tokens',
      'completionTokens',
      'outputTokens',
      'candidatesTokenCount',
      'candidates_token_count',
      'outputTokenCount',
      'eval_count',
      'output',
    ],
    coerceCount,
  )
  const thought = coerceCount(usage.thoughtsTokenCount) ?? 0
  return omitUndefined({
    inputTokens: whole ?? (input === undefined ? undefined : input + (read ?? 0) + (written ?? 0)),
    cachedInputTokens: cached,
    outputTokens: answered === undefined ? undefined : answered + thought,
  })
}

/** Finds the token counts of a reply, wherever its provider or its client library puts them. */
export function findUsage(reply: Row): Row | undefined {
  const generation = coerceObject(firstOf(firstOf(reply.generations)))
  const message = coerceObject(generation?.message) ?? coerceObject(reply.message)
  const kwargs = coerceObject(message?.kwargs) ?? coerceObject(reply.kwargs) ?? message
  return [
    reply.usage,
    reply.usageMetadata,
    reply.usage_metadata,
    reply.token_usage,
    reply.tokenUsage,
    // Groq puts the usage of a stream here.
    coerceObject(reply.x_groq)?.usage,
    coerceObject(reply.llm_output)?.token_usage,
    coerceObject(reply.llmOutput)?.tokenUsage,
    kwargs?.usage_metadata,
    coerceObject(kwargs?.response_metadata)?.token_usage,
    coerceObject(reply.response_metadata)?.token_usage,
    coerceObject(reply.meta)?.billed_units,
    coerceObject(reply.metadata)?.usage,
    'prompt_eval_count' in reply || 'eval_count' in reply ? reply : undefined,
  ]
    .map(coerceObject)
    .find((usage) => usage !== undefined && Object.keys(usage).length > 0)
}

const usdPerTick = 1e-10

/**
 * What a provider says it charged, in dollars: `usage.cost` of OpenRouter (with its own keys the provider's bill is added),
 * Perplexity and DeepInfra, `cost_in_usd_ticks` of xAI. 0 is a price here, because the provider knows its prices.
 */
export function parseReplyCost(reply: Row): number | undefined {
  const usage = findUsage(reply) ?? {}
  const charged = findField(
    usage,
    ['cost', 'total_cost', 'estimated_cost', 'response_cost'],
    coerceCostOrZero,
  )
  const upstream = coerceNumber(coerceObject(usage.cost_details)?.upstream_inference_cost)
  const ticks = coerceNumber(usage.cost_in_usd_ticks)
  if (ticks !== undefined) return ticks * usdPerTick
  if (upstream !== undefined && (usage.is_byok === true || charged === undefined || charged === 0))
    return (charged ?? 0) + upstream
  return charged ?? findField(coerceObject(reply._hidden_params) ?? {}, ['response_cost'], coerceCostOrZero)
}

function firstOf(value: unknown): unknown {
  return coerceList(value)?.[0]
}

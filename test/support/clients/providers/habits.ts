import type { ChatAccent } from '../../protocols/speech/chat.ts'
import { type Json, toList, toObject } from './asked.ts'

/** What of a provider's API differs from that of the protocol's author. */
export type Habits = {
  /** The header that carries its key. */
  readonly keyHeader: 'authorization' | 'x-api-key' | 'api-key'
  readonly accent: ChatAccent
  /** Whether its chat completions show reasoning for this request. Responses and Messages show what is asked for. */
  readonly showsReasoning: (body: Json) => boolean
  /** The request that it answers with 400 or 422, in chat completions. Null: none. */
  readonly refuse?: (body: Json) => Refusal | null
  /** How it writes an error. Default: as OpenAI does. */
  readonly writeError?: (status: number, message: string) => unknown
  /** Whether a stream carries its usage without being asked. */
  readonly alwaysUsage?: true
}

export type Refusal = { readonly status: number; readonly message: string }

function assistants(body: Json): Json[] {
  return toList(body.messages).filter(({ role }) => role === 'assistant')
}

function hasParts(body: Json, type: string): boolean {
  return toList(body.messages).some(({ content }) => toList(content).some((part) => part.type === type))
}

function bad(message: string, status = 400): Refusal {
  return { status, message }
}

/** OpenAI, "Reasoning models": `max_tokens` is refused, and chat completions show no reasoning. */
export const openaiHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'none' },
  showsReasoning: () => false,
  refuse: (body) =>
    body.max_tokens === undefined
      ? null
      : bad("Unsupported parameter: 'max_tokens' is not supported with this model."),
}

/** Azure, "Azure OpenAI in Microsoft Foundry Models": the same API, with the key in `api-key`. */
export const azureHabits: Habits = { ...openaiHabits, keyHeader: 'api-key' }

/** Anthropic has no chat completions here; its Messages are those of `provider-model.ts`. */
export const anthropicHabits: Habits = {
  keyHeader: 'x-api-key',
  accent: { reasoning: 'none' },
  showsReasoning: () => false,
}

const signature = 'CpcBAb4+9vuU-thought'

/**
 * Gemini API, "OpenAI compatibility" and "Thought signatures": thoughts are shown on request through `extra_body` only, a
 * call without its signature is refused, and errors come in a list.
 */
export const geminiHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'none', signature },
  showsReasoning: () => false,
  refuse: (body) => {
    const calls = assistants(body).flatMap((message) => toList(message.tool_calls))
    const signed = calls.every(
      (call) => toObject(toObject(call.extra_content).google).thought_signature === signature,
    )
    return signed ? null : bad('Function call is missing a thought_signature in functionCall parts.')
  },
  writeError: (status, message) => [
    { error: { code: status, message, status: status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_ARGUMENT' } },
  ],
}

/**
 * Mistral, "Chat completion API" and "Reasoning": fields that the API does not have are refused with 422, thinking is part
 * of the content, the usage of a stream comes unasked, and errors have no wrapper.
 */
export const mistralHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'parts' },
  showsReasoning: ({ reasoning_effort: effort }) => effort !== undefined && effort !== 'none',
  refuse: (body) => {
    for (const field of ['stream_options', 'max_completion_tokens'])
      if (body[field] !== undefined) return bad(`body.${field}: Extra inputs are not permitted`, 422)
    const extra = assistants(body).some((message) => 'reasoning_content' in message)
    return extra ? bad('assistant.reasoning_content: Extra inputs are not permitted', 422) : null
  },
  writeError: (status, message) => ({
    object: 'error',
    message,
    type: status === 429 ? 'rate_limited' : 'invalid_request_error',
    param: null,
    code: status === 429 ? '1300' : null,
  }),
  alwaysUsage: true,
}

/**
 * DeepSeek, "Thinking Mode" and "JSON Output": thinking is on by default and has to come back with the calls of a tool loop,
 * contents are texts, and the output has no schema.
 */
export const deepseekHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'reasoning_content' },
  showsReasoning: () => true,
  refuse: (body) => {
    if (hasParts(body, 'image_url'))
      return bad('Failed to deserialize the JSON body: unknown variant `image_url`, expected `text`')
    if (toObject(body.response_format).type === 'json_schema')
      return bad('This response_format type is unavailable now')
    const calling = assistants(body).filter((message) => toList(message.tool_calls).length > 0)
    return calling.every((message) => typeof message.reasoning_content === 'string')
      ? null
      : bad('The `reasoning_content` in the thinking mode must be passed back to the API.')
  },
}

/** OpenRouter, "Reasoning Tokens" and "Streaming". */
export const openrouterHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'details', comments: true },
  showsReasoning: (body) => body.reasoning !== undefined || body.reasoning_effort !== undefined,
}

/** Groq, "Reasoning" and "API reference": reasoning comes as `reasoning`, and is refused as `reasoning_content`. */
export const groqHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'reasoning', groqUsage: true },
  showsReasoning: () => true,
  refuse: (body) =>
    assistants(body).some((message) => 'reasoning_content' in message)
      ? bad(
          "for 'role:assistant' the following must be satisfied: property 'reasoning_content' is unsupported",
        )
      : null,
}

/** Ollama, "OpenAI compatibility" and "Anthropic compatibility". */
export const ollamaHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'reasoning' },
  showsReasoning: ({ reasoning_effort: effort }) => effort !== undefined && effort !== 'none',
}

/** llama.cpp, README of `llama-server`: `--reasoning-format deepseek` is the default. */
export const llamaHabits: Habits = {
  keyHeader: 'authorization',
  accent: { reasoning: 'reasoning_content' },
  showsReasoning: () => true,
}

import type { Row } from '../../row.ts'
import { coerceList, coerceNumber, coerceObject, coerceText, findField, omitUndefined } from './coerce.ts'

export type LoggedTokens = {
  readonly inputTokens?: number
  readonly cachedInputTokens?: number
  readonly outputTokens?: number
}

/**
 * Token counts as OpenAI (`prompt_tokens` or `input_tokens`, the cached ones among them), Anthropic (`input_tokens`
 * without the cached ones, which it lists separately) and Gemini (`promptTokenCount`) write them.
 */
export function parseUsage(usage: Row): LoggedTokens {
  const input = findField(
    usage,
    ['prompt_tokens', 'input_tokens', 'promptTokens', 'inputTokens', 'promptTokenCount', 'input'],
    coerceNumber,
  )
  const beside =
    (coerceNumber(usage.cache_read_input_tokens) ?? 0) +
    (coerceNumber(usage.cache_creation_input_tokens) ?? 0)
  const details = coerceObject(usage.prompt_tokens_details) ?? coerceObject(usage.input_tokens_details) ?? {}
  const cached =
    coerceNumber(usage.cache_read_input_tokens) ??
    coerceNumber(details.cached_tokens) ??
    coerceNumber(usage.cachedContentTokenCount)
  const answered = findField(
    usage,
    [
      'completion_tokens',
      'output_tokens',
      'completionTokens',
      'outputTokens',
      'candidatesTokenCount',
      'output',
    ],
    coerceNumber,
  )
  const thought = coerceNumber(usage.thoughtsTokenCount) ?? 0
  return omitUndefined({
    inputTokens: input === undefined ? undefined : input + beside,
    cachedInputTokens: cached,
    outputTokens: answered === undefined ? undefined : answered + thought,
  })
}

/** The usage of a reply. */
export function parseReplyUsage(reply: Row): LoggedTokens {
  return parseUsage(coerceObject(reply.usage) ?? coerceObject(reply.usageMetadata) ?? {})
}

/**
 * Finds the text of an answer: of a chat completion, a completion, a response, an Anthropic message, or a plain text.
 */
export function findAnswer(value: unknown): string | undefined {
  const reply = coerceObject(value)
  if (reply === undefined)
    return typeof value === 'string' ? coerceText(joinStream(value) ?? value) : undefined
  if (reply.truncated === true) return undefined
  const choice = coerceObject(coerceList(reply.choices)?.[0]) ?? reply
  const message = coerceObject(choice.message) ?? choice
  return (
    joinContent(message.content) ??
    coerceText(choice.text) ??
    coerceText(reply.output_text) ??
    joinOutput(reply.output)
  )
}

function joinContent(content: unknown): string | undefined {
  if (typeof content === 'string') return coerceText(content)
  const texts = coerceList(content)?.flatMap((part) => coerceText(coerceObject(part)?.text) ?? [])
  return texts === undefined ? undefined : coerceText(texts.join('\n'))
}

function joinOutput(output: unknown): string | undefined {
  const texts = coerceList(output)?.flatMap((item) => joinContent(coerceObject(item)?.content) ?? [])
  return texts === undefined ? undefined : coerceText(texts.join('\n'))
}

/**
 * Joins the text of an event stream: `delta` of chat completions and of Anthropic's messages, `response.output_text.delta`.
 *
 * @returns undefined if the text is not an event stream.
 */
function joinStream(text: string): string | undefined {
  if (!/^(?:data|event|id|:)/.test(text) || !/^data:/m.test(text)) return undefined
  const parts = text.split(/\r?\n/).flatMap((line) => {
    const event = line.startsWith('data:') ? coerceObject(line.slice('data:'.length)) : undefined
    if (event === undefined) return []
    if (event.type === 'response.output_text.delta') return typeof event.delta === 'string' ? event.delta : []
    const delta =
      coerceObject(coerceObject(coerceList(event.choices)?.[0])?.delta) ?? coerceObject(event.delta)
    const part = delta?.content ?? delta?.text
    return typeof part === 'string' ? part : []
  })
  return parts.join('')
}

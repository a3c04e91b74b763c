import { fieldOf } from '../../base/text/json/field-of.ts'
import type { CallOptions, PromptMessage } from './language-model.ts'

/** A call of the AI SDK as the body of a chat completion, by which the decision is made. It is sent to nobody. */
export function toChatBody(options: CallOptions, model: string) {
  const { prompt, maxOutputTokens, tools, responseFormat } = options
  return {
    model,
    messages: prompt.flatMap(toChatMessages),
    ...(maxOutputTokens !== undefined && { max_tokens: maxOutputTokens }),
    ...(tools !== undefined && { tools }),
    ...(responseFormat?.schema !== undefined && {
      response_format: { type: 'json_schema', json_schema: responseFormat.schema },
    }),
  }
}

type ChatMessage = {
  readonly role: string
  readonly content?: unknown
  readonly tool_calls?: readonly object[]
}

function toChatMessages({ role, content }: PromptMessage): readonly ChatMessage[] {
  if (!Array.isArray(content)) return [{ role, content }]
  const parts: readonly unknown[] = content
  if (role === 'tool') return parts.filter((part) => typeOf(part) === 'tool-result').map(toToolMessage)
  const calls = parts.filter((part) => typeOf(part) === 'tool-call').map(toToolCall)
  const text = parts.flatMap(toContentPart)
  return [{ role, content: text, ...(calls.length > 0 && { tool_calls: calls }) }]
}

function toContentPart(part: unknown): readonly object[] {
  if (typeOf(part) === 'text') return [{ type: 'text', text: fieldOf(part, 'text') }]
  if (typeOf(part) !== 'file') return []
  const mediaType = String(fieldOf(part, 'mediaType'))
  // Its bytes are not read: an image counts as one, whatever its size.
  if (mediaType.startsWith('image')) return [{ type: 'image_url', image_url: { url: '' } }]
  if (mediaType.startsWith('audio/')) return [{ type: 'input_audio', input_audio: {} }]
  return [{ type: 'file', file: {} }]
}

function toToolCall(part: unknown): object {
  const name = fieldOf(part, 'toolName')
  return {
    id: fieldOf(part, 'toolCallId'),
    type: 'function',
    function: { name, arguments: JSON.stringify(fieldOf(part, 'input')) ?? '' },
  }
}

function toToolMessage(part: unknown): ChatMessage & { readonly tool_call_id: unknown } {
  const value = fieldOf(fieldOf(part, 'output'), 'value')
  const content = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return { role: 'tool', tool_call_id: fieldOf(part, 'toolCallId'), content }
}

function typeOf(part: unknown): unknown {
  return fieldOf(part, 'type')
}

import type { ChatMessage } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { coerceList, coerceObject } from '../cells/coerce.ts'

/**
 * The messages of a chat in the forms of OpenAI, Anthropic, the Responses API, Gemini, Bedrock, LangChain
 * (`{"lc", "id", "kwargs"}`, `["human", "…"]`), OpenTelemetry (`{"role", "parts"}`), OpenInference
 * (`{"message.role", "message.content"}`) and ShareGPT (`{"from", "value"}`). LangChain nests the list once more.
 */
export function parseMessages(list: readonly unknown[]): readonly ChatMessage[] {
  const [first] = list
  const isNested = Array.isArray(first) && typeof first[0] === 'object'
  return (isNested ? first : list).flatMap((message) => parseMessage(message) ?? [])
}

/** Whether a list holds messages of a chat. */
export function isMessageList(value: unknown): boolean {
  const list = coerceList(value)
  return list !== undefined && parseMessages(list.slice(0, 3)).length > 0
}

function parseMessage(value: unknown): ChatMessage | undefined {
  if (Array.isArray(value)) {
    const [role, content] = value
    return typeof role === 'string' && typeof content === 'string' && value.length === 2
      ? withRole(role, content)
      : undefined
  }
  const message = coerceObject(value)
  if (message === undefined) return undefined
  // An item of the Responses API.
  if (message.type === 'function_call_output') return { role: 'tool' }
  const inner = coerceObject(message.kwargs) ?? coerceObject(message.data) ?? coerceObject(message.message)
  if (inner !== undefined && typeof message.role !== 'string' && typeof message.content !== 'string') {
    const parsed = parseMessage(inner)
    if (parsed !== undefined) return parsed
    const role = roleOfType(message.type) ?? roleOfType(coerceList(message.id)?.at(-1))
    return role === undefined ? undefined : withRole(role, contentOf(inner))
  }
  const role =
    [message.role, message['message.role'], message.from, message.speaker].find(
      (each) => typeof each === 'string' && each !== '',
    ) ??
    (contentOf(message) === undefined ? undefined : roleOfType(message.type)) ??
    coerceObject(message.author)?.role
  return typeof role === 'string' ? withRole(role, contentOf(message)) : undefined
}

function contentOf(message: Row): unknown {
  return (
    message.content ??
    message['message.content'] ??
    message['message.contents'] ??
    message.contents ??
    message.parts ??
    message.value ??
    message.text
  )
}

function withRole(role: string, content: unknown): ChatMessage {
  return { role: plainRole(role), content: plainContent(content) }
}

const roles: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  model: 'assistant',
  gpt: 'assistant',
  bot: 'assistant',
  chatbot: 'assistant',
  tool_result: 'tool',
}

function plainRole(role: string): string {
  const plain = role.toLowerCase()
  return Object.hasOwn(roles, plain) ? roles[plain]! : plain
}

/** The role of a LangChain message: its type `human`, or its class `HumanMessageChunk`. */
function roleOfType(type: unknown): string | undefined {
  return typeof type !== 'string'
    ? undefined
    : /^(human|ai|system|tool|function)(?:message(?:chunk)?)?$/i.exec(type)?.[1]?.toLowerCase()
}

/** A text, or parts in OpenAI's form. */
function plainContent(content: unknown): unknown {
  const list = coerceList(content)
  if (list !== undefined) return list.map(plainPart)
  const object = coerceObject(content)
  if (object === undefined) return content
  return coerceList(object.parts)?.map(plainPart) ?? [plainPart(object)]
}

function plainPart(value: unknown): unknown {
  if (typeof value === 'string') return { type: 'text', text: value }
  const given = coerceObject(value)
  if (given === undefined) return value
  const part = coerceObject(given.message_content) ?? given
  const type = part.type ?? part['message_content.type']
  const text = part.text ?? part['message_content.text'] ?? (type === 'text' ? part.content : undefined)
  if (type === 'text' || type === 'input_text' || type === undefined) {
    const plain = typeof text === 'string' ? text : coerceObject(text)?.value
    if (typeof plain === 'string') return { type: 'text', text: plain }
  }
  if (/^(?:tool_call_response|tool-result)$/.test(String(type))) return { type: 'tool_result' }
  if (type !== undefined) return { ...part, type }
  if ('toolResult' in part || 'functionResponse' in part || 'function_response' in part)
    return { type: 'tool_result' }
  // Parts of Gemini (inlineData, fileData) and of Bedrock (image, document) are named by their key.
  return { type: 'functionCall' in part || 'toolUse' in part ? 'tool_call' : 'file' }
}

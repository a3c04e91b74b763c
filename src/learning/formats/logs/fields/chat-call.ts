import { type ChatMessage, routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import { promptFromText, type RoutedPrompt } from '../../../../routing/prompts/routed-prompt.ts'
import type { Row } from '../../row.ts'
import type { NotRoutable } from '../log-format.ts'
import { coerceList, coerceObject, coerceText } from './coerce.ts'

/** The prompt of a call, and the reason if it cannot be routed. */
export type ChatCall = { readonly prompt: RoutedPrompt; readonly notRoutable?: NotRoutable }

/**
 * Reads the prompt of a request of any form: chat messages (OpenAI, Anthropic), `input` of the
 * Responses API, `contents` of Gemini, `prompt` of completions.
 *
 * @returns undefined if the body has none of them.
 */
export function parseChatCall(body: Row): ChatCall | undefined {
  const messages = findMessages(body)
  if (messages !== undefined) {
    const system = [coerceText(body.system), coerceText(body.instructions)].filter(
      (text) => text !== undefined,
    )
    return parseMessages([...system.map((content) => ({ role: 'system', content })), ...messages])
  }
  const text = coerceText(body.prompt) ?? coerceText(body.input)
  if (text !== undefined) return { prompt: promptFromText(text) }
  const texts = coerceList(body.prompt) ?? coerceList(body.input)
  if (texts === undefined) return undefined
  const joined = texts.filter((part) => typeof part === 'string').join('\n')
  return {
    prompt: promptFromText(joined),
    ...(coerceText(joined) === undefined && { notRoutable: 'no-text' }),
  }
}

/** Reads the prompt from one field of a log: messages, a body with messages, their JSON, or a plain text. */
export function parseChatValue(value: unknown): ChatCall | undefined {
  const list = coerceList(value)
  if (list !== undefined) return parseChatCall({ messages: list })
  const body = coerceObject(value)
  if (body !== undefined) {
    if (coerceText(body.content) !== undefined || coerceList(body.content) !== undefined)
      return parseChatCall({ messages: [{ role: 'user', ...body }] })
    return parseChatCall(body) ?? parseQuestion(body)
  }
  const text = coerceText(value)
  return text === undefined ? undefined : { prompt: promptFromText(text) }
}

/** An application's input in a trace: `{"question": "…"}`. */
function parseQuestion(body: Row): ChatCall | undefined {
  const text = ['question', 'query', 'message', 'text', 'user_input']
    .map((key) => coerceText(body[key]))
    .find(Boolean)
  return text === undefined ? undefined : { prompt: promptFromText(text) }
}

function findMessages(body: Row): readonly ChatMessage[] | undefined {
  const given = coerceList(body.messages) ?? (isMessageList(body.input) ? coerceList(body.input) : undefined)
  if (given !== undefined) return given.flatMap(parseMessage)
  return coerceList(body.contents)?.flatMap((content) => {
    const turn = coerceObject(content)
    return turn === undefined
      ? []
      : [{ role: geminiRole(turn.role), content: coerceList(turn.parts)?.map(geminiPart) }]
  })
}

function isMessageList(value: unknown): boolean {
  return coerceList(value)?.some((item) => coerceObject(item) !== undefined) ?? false
}

function parseMessage(value: unknown): ChatMessage[] {
  const message = coerceObject(value)
  if (message === undefined) return []
  const { type } = message
  // An item of the Responses API.
  if (type === 'function_call_output') return [{ role: 'tool' }]
  return typeof message.role === 'string' ? [{ role: message.role, content: message.content }] : []
}

function geminiRole(role: unknown): string {
  return role === 'model' ? 'assistant' : 'user'
}

function geminiPart(value: unknown): unknown {
  const part = coerceObject(value)
  if (part === undefined) return value
  if (typeof part.text === 'string') return { type: 'text', text: part.text }
  return { type: 'functionResponse' in part ? 'tool_result' : 'file' }
}

function parseMessages(messages: readonly ChatMessage[]): ChatCall {
  const prompt = routedPrompt(messages)
  const reason = reasonNotToRoute(messages, prompt)
  return { prompt, ...(reason !== undefined && { notRoutable: reason }) }
}

const attachments =
  /^(?:image|image_url|input_image|input_audio|audio|file|input_file|document|video|video_url)$/

function reasonNotToRoute(messages: readonly ChatMessage[], { text }: RoutedPrompt): NotRoutable | undefined {
  const last = messages.at(-1)
  if (last?.role === 'tool' || last?.role === 'function' || partTypes(last).includes('tool_result'))
    return 'tool-turn'
  if (messages.some((message) => partTypes(message).some((type) => attachments.test(type))))
    return 'attachment'
  return coerceText(text) === undefined ? 'no-text' : undefined
}

function partTypes(message: ChatMessage | undefined): string[] {
  const parts = Array.isArray(message?.content) ? message.content : []
  return parts.flatMap((part) => {
    const type = coerceObject(part)?.type
    return typeof type === 'string' ? [type] : []
  })
}

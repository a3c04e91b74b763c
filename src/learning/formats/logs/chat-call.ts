import { type ChatMessage, routedPrompt } from '../../../routing/prompts/prompt-rule.ts'
import { promptFromText, type RoutedPrompt } from '../../../routing/prompts/routed-prompt.ts'
import type { Row } from '../row.ts'
import type { NotRoutable } from './log-format.ts'
import { listOf, objectOf, textOf } from './loose-fields.ts'

/** What a call asks for: what is routed on, or why nothing is. */
export type ChatCall = { readonly prompt: RoutedPrompt; readonly notRoutable?: NotRoutable }

/**
 * Reads what was asked, in any of the forms that requests have: chat messages (OpenAI, Anthropic), `input` of the
 * Responses API, `contents` of Gemini, `prompt` of completions.
 *
 * @returns undefined where the body has none of them.
 */
export function chatCallOf(body: Row): ChatCall | undefined {
  const messages = messagesOf(body)
  if (messages !== undefined) {
    const system = [textOf(body.system), textOf(body.instructions)].filter((text) => text !== undefined)
    return callOfMessages([...system.map((content) => ({ role: 'system', content })), ...messages])
  }
  const text = textOf(body.prompt) ?? textOf(body.input)
  if (text !== undefined) return { prompt: promptFromText(text) }
  const texts = listOf(body.prompt) ?? listOf(body.input)
  if (texts === undefined) return undefined
  const joined = texts.filter((part) => typeof part === 'string').join('\n')
  return { prompt: promptFromText(joined), ...(textOf(joined) === undefined && { notRoutable: 'no-text' }) }
}

/** What was asked where a log keeps it in one field: messages, a body around them, their JSON, or a bare text. */
export function chatCallOfValue(value: unknown): ChatCall | undefined {
  const list = listOf(value)
  if (list !== undefined) return chatCallOf({ messages: list })
  const body = objectOf(value)
  if (body !== undefined) {
    if (textOf(body.content) !== undefined || listOf(body.content) !== undefined)
      return chatCallOf({ messages: [{ role: 'user', ...body }] })
    return chatCallOf(body) ?? callOfQuestion(body)
  }
  const text = textOf(value)
  return text === undefined ? undefined : { prompt: promptFromText(text) }
}

/** An application's own input, as traces have it: `{"question": "…"}`. */
function callOfQuestion(body: Row): ChatCall | undefined {
  const text = ['question', 'query', 'message', 'text', 'user_input']
    .map((key) => textOf(body[key]))
    .find(Boolean)
  return text === undefined ? undefined : { prompt: promptFromText(text) }
}

function messagesOf(body: Row): readonly ChatMessage[] | undefined {
  const given = listOf(body.messages) ?? (isMessageList(body.input) ? listOf(body.input) : undefined)
  if (given !== undefined) return given.flatMap(messageOf)
  return listOf(body.contents)?.flatMap((content) => {
    const turn = objectOf(content)
    return turn === undefined
      ? []
      : [{ role: geminiRole(turn.role), content: listOf(turn.parts)?.map(geminiPart) }]
  })
}

function isMessageList(value: unknown): boolean {
  return listOf(value)?.some((item) => objectOf(item) !== undefined) ?? false
}

function messageOf(value: unknown): ChatMessage[] {
  const message = objectOf(value)
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
  const part = objectOf(value)
  if (part === undefined) return value
  if (typeof part.text === 'string') return { type: 'text', text: part.text }
  return { type: 'functionResponse' in part ? 'tool_result' : 'file' }
}

function callOfMessages(messages: readonly ChatMessage[]): ChatCall {
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
  return textOf(text) === undefined ? 'no-text' : undefined
}

function partTypes(message: ChatMessage | undefined): string[] {
  const parts = Array.isArray(message?.content) ? message.content : []
  return parts.flatMap((part) => {
    const type = objectOf(part)?.type
    return typeof type === 'string' ? [type] : []
  })
}

import type { PickPrompt } from '../../../../routing/prompts/pick-prompt.ts'
import type { ChatMessage } from '../../../../routing/prompts/prompt-rule.ts'
import { promptFromText, type RoutedPrompt } from '../../../../routing/prompts/routed-prompt.ts'
import type { Row } from '../../row.ts'
import { coerceList, coerceObject, coerceText } from '../cells/coerce.ts'
import type { NotRoutable } from '../log-format.ts'
import { findCut, isCutBody, isCutJson, type MissingCharacters } from './cut-text.ts'
import { isMessageList, parseMessages } from './message.ts'

/** The prompt of a call, and the reason if it cannot be routed. */
export type ChatCall = {
  readonly prompt: RoutedPrompt
  readonly notRoutable?: NotRoutable
  readonly missingCharacters?: MissingCharacters
  /** The answer, if the last message is the assistant's, as in data for fine-tuning. */
  readonly answer?: string
}

/**
 * Reads the prompt of a request of any form: chat messages (OpenAI, Anthropic), `input` of the
 * Responses API, `contents` of Gemini, `prompt` of completions.
 *
 * @param pickPrompt picks the scored text of messages.
 * @returns undefined if the body has none of them.
 */
export function parseChatCall(body: Row, pickPrompt: PickPrompt): ChatCall | undefined {
  if (isCutBody(body)) return cutCall('unknown')
  const messages = findMessages(body)
  if (messages !== undefined) {
    const system = [body.system, body.instructions, body.system_instruction, body.systemInstruction].flatMap(
      (given) => systemText(given) ?? [],
    )
    return callOfMessages(
      [...system.map((content) => ({ role: 'system', content })), ...messages],
      pickPrompt,
    )
  }
  const text = coerceText(body.prompt) ?? coerceText(body.input)
  if (text !== undefined) return callOfText(text)
  const texts = coerceList(body.prompt) ?? coerceList(body.input)
  if (texts === undefined) return undefined
  const joined = texts.filter((part) => typeof part === 'string').join('\n')
  return {
    ...callOfText(joined),
    ...(coerceText(joined) === undefined && { notRoutable: 'no-text' }),
  }
}

/** A prompt that is a text. The beginning of a request's JSON is a request that the logger cut. */
export function callOfText(text: string): ChatCall {
  const missingCharacters = findCut(text)
  if (isCutJson(text)) return cutCall(missingCharacters ?? 'unknown')
  return missingCharacters === undefined
    ? { prompt: promptFromText(text) }
    : { prompt: promptFromText(text), notRoutable: 'truncated', missingCharacters }
}

/** A list of messages as a call. */
export function callOfMessageList(list: readonly unknown[], pickPrompt: PickPrompt): ChatCall {
  return callOfMessages(parseMessages(list), pickPrompt)
}

/** A request whose text the log does not hold. */
export function cutCall(missingCharacters: MissingCharacters): ChatCall {
  return { prompt: { text: '', system: '' }, notRoutable: 'truncated', missingCharacters }
}

function findMessages(body: Row): readonly ChatMessage[] | undefined {
  const given = coerceList(body.messages) ?? (isMessageList(body.input) ? coerceList(body.input) : undefined)
  if (given !== undefined) return parseMessages(given)
  // Gemini's turns have a role only if there are several.
  return coerceList(body.contents)?.flatMap((content) =>
    parseMessages([
      typeof content === 'string' ? { role: 'user', content } : { role: 'user', ...coerceObject(content) },
    ]),
  )
}

function systemText(value: unknown): string | undefined {
  const parts = coerceList(value) ?? coerceList(coerceObject(value)?.parts)
  const texts = parts?.flatMap((part) => {
    const { text: ofPart, content } = coerceObject(part) ?? {}
    return coerceText(ofPart) ?? coerceText(content) ?? []
  })
  return texts === undefined ? coerceText(value) : coerceText(texts.join('\n'))
}

function callOfMessages(messages: readonly ChatMessage[], pickPrompt: PickPrompt): ChatCall {
  const prompt = pickPrompt(messages)
  // Only the user's text is scored, so instructions that were cut do not matter except for the number of tokens.
  const cutPrompt = findCut(prompt.text)
  const missingCharacters = addMissing(cutPrompt, findCut(prompt.system))
  const reason = cutPrompt === undefined ? reasonNotToRoute(messages, prompt) : 'truncated'
  const last = messages.at(-1)
  const answer =
    last?.role === 'assistant' && messages.length > 1 ? coerceText(textOf(last.content)) : undefined
  return {
    prompt,
    ...(reason !== undefined && { notRoutable: reason }),
    ...(missingCharacters !== undefined && { missingCharacters }),
    ...(answer !== undefined && { answer }),
  }
}

function addMissing(
  one: MissingCharacters | undefined,
  other: MissingCharacters | undefined,
): MissingCharacters | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one === 'unknown' || other === 'unknown' ? 'unknown' : one + other
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  const texts = coerceList(content)?.flatMap((part) => coerceText(coerceObject(part)?.text) ?? [])
  return texts?.join('\n') ?? ''
}

const attachments =
  /^(?:image|image_url|input_image|input_audio|audio|file|input_file|document|video|video_url|media|blob|uri)$/

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

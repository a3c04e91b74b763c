import type { Row } from '../../row.ts'
import { coerceList, coerceObject } from '../cells/coerce.ts'
import { findUsage } from './usage.ts'

/**
 * A streamed reply as its client would have it: `{"model", "created", "choices": [{"message": {"content"}}], "usage"}`. The
 * stream may be the text of its events, its JSON Lines (Ollama), or a list of its chunks, each an object or a text. It may
 * be one of chat completions, completions, the Responses API, Anthropic's messages, Gemini, Bedrock, or Ollama. Later usage
 * replaces earlier usage, field by field.
 *
 * @returns undefined if the value is no stream.
 */
export function joinStream(value: unknown): Row | undefined {
  const chunks = chunksOf(value)
  return chunks?.some(isChunk) === true ? joinChunks(chunks) : undefined
}

function chunksOf(value: unknown): readonly Row[] | undefined {
  const items = coerceList(value)
  if (items === undefined) return typeof value === 'string' ? chunksOfText(value) : undefined
  return items.flatMap<Row>((item): readonly Row[] => {
    if (typeof item === 'string') return chunksOfText(item) ?? toList(coerceObject(item))
    const chunk = coerceObject(item)
    // Recorders keep events as `{"event", "data"}`, and SDKs as `{"type": "chunk", "chunk"}`.
    const inner = coerceObject(chunk?.data) ?? coerceObject(chunk?.chunk)
    return toList(inner ?? chunk)
  })
}

/** Chunks of an event stream, or of JSON Lines. */
function chunksOfText(text: string): readonly Row[] | undefined {
  if (text.startsWith('"')) return chunksOfText(unquote(text))
  const isEvents = /^\s*(?:data|event|id|retry)?:/.test(text) && /(?:^|\n)data:/.test(text)
  if (!isEvents && !/^\s*\{[^\n]*\}\s*\n\s*\{/.test(text)) return undefined
  return text.split(/\r\n|\n|\r/).flatMap((line): readonly Row[] => {
    const data = isEvents ? (line.startsWith('data:') ? line.slice('data:'.length) : '') : line
    return toList(coerceObject(data))
  })
}

function toList(row: Row | undefined): readonly Row[] {
  return row === undefined ? [] : [row]
}

function unquote(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'string' && !parsed.startsWith('"') ? parsed : ''
  } catch {
    return ''
  }
}

const eventTypes =
  /^(?:message_start|message_delta|message_stop|content_block_(?:start|delta|stop)|ping|error|response\.[a-z_.]+)$/

function isChunk(chunk: Row): boolean {
  const choice = coerceObject(coerceList(chunk.choices)?.[0])
  return (
    chunk.object === 'chat.completion.chunk' ||
    (choice !== undefined && 'delta' in choice) ||
    (typeof chunk.type === 'string' && eventTypes.test(chunk.type)) ||
    Array.isArray(chunk.candidates) ||
    (typeof chunk.done === 'boolean' && ('message' in chunk || 'response' in chunk)) ||
    'contentBlockDelta' in chunk ||
    (chunk.object === 'text_completion' && choice !== undefined)
  )
}

function joinChunks(chunks: readonly Row[]): Row {
  const texts: string[] = []
  let whole: string | undefined
  let usage: Row | undefined
  let model: unknown
  let modelVersion: unknown
  let created: unknown
  let error: unknown
  for (const chunk of chunks) {
    // Anthropic's first event and the last of the Responses API hold the reply itself.
    const reply = coerceObject(chunk.message) ?? coerceObject(chunk.response) ?? {}
    texts.push(textOf(chunk))
    if (typeof chunk.type === 'string' && /^response\.(?:completed|incomplete|done)$/.test(chunk.type))
      whole = textOfOutput(reply.output)
    const found = findUsage(chunk) ?? findUsage(reply) ?? coerceObject(coerceObject(chunk.metadata)?.usage)
    if (found !== undefined) usage = mergeUsage(usage, found)
    model = chunk.model ?? reply.model ?? model
    modelVersion = chunk.modelVersion ?? modelVersion
    created = created ?? chunk.created ?? reply.created_at ?? chunk.created_at
    if (chunk.type === 'error' || chunk.type === 'response.failed' || isPresent(chunk.error))
      error = chunk.error ?? reply.error ?? true
  }
  const text = texts.join('')
  return {
    model,
    modelVersion,
    created,
    ...(error !== undefined && { error }),
    ...(usage !== undefined && { usage }),
    choices: [{ index: 0, message: { role: 'assistant', content: text === '' ? (whole ?? null) : text } }],
  }
}

/** The text that one chunk adds to the first answer. */
function textOf(chunk: Row): string {
  if (chunk.type === 'response.output_text.delta') return typeof chunk.delta === 'string' ? chunk.delta : ''
  const choices = coerceList(chunk.choices)?.map(coerceObject)
  const choice = choices?.find((each) => each !== undefined && (each.index ?? 0) === 0)
  const candidate = coerceObject(coerceList(chunk.candidates)?.[0])
  const delta =
    coerceObject(choice?.delta) ??
    coerceObject(chunk.delta) ??
    coerceObject(coerceObject(chunk.contentBlockDelta)?.delta) ??
    (typeof chunk.done === 'boolean' ? coerceObject(chunk.message) : undefined)
  const text =
    delta?.content ?? delta?.text ?? choice?.text ?? (chunk.done === undefined ? undefined : chunk.response)
  return typeof text === 'string'
    ? text
    : textOfParts(text) + textOfParts(coerceObject(candidate?.content)?.parts)
}

function textOfParts(parts: unknown): string {
  const texts = coerceList(parts)?.map((part) => {
    const { text, thought } = coerceObject(part) ?? {}
    return typeof text === 'string' && thought !== true ? text : ''
  })
  return texts?.join('') ?? ''
}

function textOfOutput(output: unknown): string | undefined {
  const texts = coerceList(output)?.map((item) => textOfParts(coerceObject(item)?.content))
  return texts?.join('\n')
}

/** Later counts replace earlier ones. A last chunk that has 0 for what an earlier one counted does not. */
function mergeUsage(earlier: Row | undefined, later: Row): Row {
  const known = Object.entries(later).filter(
    ([name, value]) => value !== null && value !== undefined && !(value === 0 && Number(earlier?.[name]) > 0),
  )
  return { ...earlier, ...Object.fromEntries(known) }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

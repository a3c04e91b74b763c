import { omitUndefined } from '../../../../base/settings/omit-undefined.ts'
import type { Row } from '../../row.ts'
import { coerceList, coerceName, coerceObject, coerceText } from '../cells/coerce.ts'
import { coerceTime } from '../cells/coerce-time.ts'
import { findCut } from '../request/cut-text.ts'
import { joinStream } from './event-stream.ts'
import { findUsage, type LoggedTokens, parseReplyCost, parseUsage } from './usage.ts'

/** What a reply says about its call. */
export type Reply = {
  readonly answer?: string
  readonly model?: string
  /** Gemini's `modelVersion`, which is the model's name or a name of one of its versions. */
  readonly modelVersion?: string
  readonly tokens: LoggedTokens
  /** What the provider says it charged. */
  readonly costUsd?: number
  readonly time?: number
  readonly isFailed: boolean
}

/** Names under which a reply is within its envelope. */
const envelopes = [
  'body',
  'response',
  'responseBody',
  'response_body',
  'output',
  'data',
  'result',
  'value',
  'outputBodyJson',
  'completion',
  'streamed_data',
  'payload',
]
/** Names under which an envelope has the text of a reply's JSON. An answer may be JSON too, which is no reply. */
const textEnvelopes = ['content', 'text']
const deepestEnvelope = 4

/**
 * Reads a reply: a body of any provider, its JSON, its event stream or list of chunks, each bare or in an envelope; a
 * message; or a plain text.
 */
export function readReply(value: unknown): Reply {
  const reply = findReplyBody(value)
  if (reply === undefined)
    return { ...omitUndefined({ answer: findAnswer(value) }), tokens: {}, isFailed: false }
  return {
    tokens: parseUsage(findUsage(reply) ?? {}),
    isFailed: isError(reply.error) || reply.type === 'error',
    ...omitUndefined({
      answer: findAnswer(reply),
      model: findModel(reply),
      modelVersion: coerceName(reply.modelVersion),
      costUsd: parseReplyCost(reply),
      time: coerceTime(reply.created) ?? coerceTime(reply.created_at),
    }),
  }
}

/** Whether a field `error` holds one. */
export function isError(error: unknown): boolean {
  if (error === undefined || error === null || error === '' || error === false) return false
  return typeof error !== 'object' || Object.keys(error).length > 0
}

/** Whether an object is the reply of a provider, or looks like the error of one. */
export function isReplyBody(body: Row): boolean {
  return (
    Array.isArray(coerceList(body.choices)) ||
    Array.isArray(body.candidates) ||
    Array.isArray(body.generations) ||
    (body.type === 'message' && 'content' in body) ||
    body.object === 'response' ||
    'output_text' in body ||
    'usageMetadata' in body ||
    (typeof body.done === 'boolean' && 'eval_count' in body)
  )
}

function findReplyBody(value: unknown, depth = 0): Row | undefined {
  const joined = joinStream(value)
  if (joined !== undefined) return joined
  const list = coerceList(value)
  if (list !== undefined) return replyOfList(list)
  const body = coerceObject(value)
  if (body === undefined || isReplyBody(body) || depth === deepestEnvelope) return body
  for (const name of [...envelopes, ...textEnvelopes]) {
    const inner = body[name]
    if (typeof inner === 'string' && !/^\s*(?:[{["]|data:|event:|:)/.test(inner)) continue
    const found = findReplyBody(inner, depth + 1)
    const isReply =
      found !== undefined &&
      (isReplyBody(found) ||
        (!textEnvelopes.includes(name) && (isError(found.error) || findAnswer(found) !== undefined)))
    if (isReply) return { ...(findUsage(found) === undefined && { usage: findUsage(body) }), ...found }
  }
  return body
}

/** Choices, as Braintrust keeps them, or the messages of an answer. */
function replyOfList(list: readonly unknown[]): Row | undefined {
  const first = coerceObject(list[0])
  if (first === undefined) return undefined
  if ('message' in first || 'delta' in first) return { choices: list }
  const last = coerceObject(list.at(-1))
  return 'generation_info' in first ? { generations: [list] } : last
}

function findModel(reply: Row): string | undefined {
  const generated = coerceObject(reply.llm_output) ?? coerceObject(reply.response_metadata) ?? {}
  return (
    coerceName(reply.model) ??
    coerceName(reply.model_name) ??
    coerceName(generated.model_name) ??
    coerceName(generated.model)
  )
}

/**
 * Finds the text of an answer: of a chat completion, a completion, a response, a message of Anthropic, Gemini, Cohere,
 * Bedrock, Ollama or LangChain, an event stream, or a plain text. A text that the logger cut is none.
 */
export function findAnswer(value: unknown): string | undefined {
  const answer = findText(value)
  return answer === undefined || findCut(answer) !== undefined ? undefined : answer
}

function findText(value: unknown): string | undefined {
  const reply = joinStream(value) ?? coerceObject(value)
  if (reply === undefined) return joinOutput(value) ?? coerceText(value)
  if (reply.truncated === true) return undefined
  const choice = coerceObject(coerceList(reply.choices)?.[0]) ?? generationOf(reply) ?? reply
  const given = coerceObject(choice.message) ?? coerceObject(coerceObject(choice.output)?.message) ?? choice
  const message = coerceObject(given.kwargs) ?? coerceObject(given.data) ?? given
  const candidate = coerceObject(coerceList(reply.candidates)?.[0])
  return (
    joinContent(message.content) ??
    joinContent(message.parts) ??
    joinContent(message['message.content']) ??
    coerceText(choice.text) ??
    coerceText(reply.output_text) ??
    joinOutput(reply.output) ??
    joinContent(coerceObject(candidate?.content)?.parts) ??
    joinOutput(reply.messages) ??
    [
      reply.completion,
      reply.response,
      reply.output,
      reply.answer,
      reply.generation,
      reply.value,
      reply.result,
    ]
      .map(coerceText)
      .find((text) => text !== undefined)
  )
}

/** The first generation of LangChain's result. */
function generationOf(reply: Row): Row | undefined {
  const first = coerceList(reply.generations)?.[0]
  return coerceObject(coerceList(first)?.[0]) ?? coerceObject(first)
}

function joinContent(content: unknown): string | undefined {
  if (typeof content === 'string') return coerceText(content)
  const texts = coerceList(content)?.flatMap((value) => {
    const part = coerceObject(value)
    return coerceText(part?.text) ?? (part?.type === 'text' ? coerceText(part.content) : undefined) ?? []
  })
  return texts === undefined ? undefined : coerceText(texts.join('\n'))
}

function joinOutput(output: unknown): string | undefined {
  const texts = coerceList(output)?.flatMap((value) => {
    const item = coerceObject(value)
    const message = coerceObject(item?.message) ?? item
    return (
      joinContent(message?.content) ??
      joinContent(message?.parts) ??
      joinContent(message?.['message.content']) ??
      []
    )
  })
  return texts === undefined ? undefined : coerceText(texts.join('\n'))
}

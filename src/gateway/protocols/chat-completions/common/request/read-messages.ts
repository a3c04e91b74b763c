import type { Loss, Turn } from '../../../common/common-request.ts'
import { type JsonObject, listOf, objectOf } from '../../../common/json-fields.ts'
import type { Part, TextPart, ToolCallPart, ToolResultPart } from '../../../common/parts.ts'
import { findLosses } from '../../../common/untranslated-field.ts'
import { toText } from '../json-values.ts'
import { readClientReasoning } from '../reasoning-details.ts'
import { readThoughtSignature } from '../thought-signature.ts'
import { type ContentPart, readCacheMark, readContent } from './read-content.ts'
import { unread } from './unread.ts'
import { messageLosses } from './untranslated-fields.ts'

export type ReadMessages = { readonly system: readonly TextPart[]; readonly turns: readonly Turn[] }

/**
 * The messages of a chat request. Each user or assistant message is a turn; the results of tools make one user turn with
 * each other and with the user message after them, as in Messages.
 */
export function readMessages(messages: unknown, losses: Loss[]): ReadMessages {
  const reader = new MessageReader(losses)
  const items = listOf(messages)
  for (let index = 0; index < items.length; index++) reader.read(objectOf(items[index]), `messages[${index}]`)
  return { system: reader.system, turns: reader.turns }
}

const members: ReadonlySet<string> = new Set([
  ...['role', 'content', 'refusal', 'tool_calls', 'tool_call_id', 'function_call', 'cache_control'],
  ...['reasoning', 'reasoning_content', 'reasoning_details'],
  'annotations', // citations in an answer, which a model is not sent again
])

class MessageReader {
  readonly system: TextPart[] = []
  readonly turns: Turn[] = []
  readonly #losses: Loss[]
  /** The parts of a user turn that has only results so far. */
  #results: Part[] | null = null
  /** The id that was made for the last deprecated function call. */
  #functionCallId = ''

  constructor(losses: Loss[]) {
    this.#losses = losses
  }

  read(message: JsonObject | null, path: string): void {
    switch (message?.role) {
      case 'system':
      case 'developer':
        this.#readSystem(message, path)
        break
      case 'user':
        this.#readUser(message, path)
        break
      case 'assistant':
        this.#readAssistant(message, path)
        break
      case 'tool':
      case 'function':
        this.#readResult(message, path)
        break
      default:
        this.#lose(path, 'refused', 'it is no message of a role that the gateway can translate')
        return
    }
    const carried = message.role === 'function' ? resultMembers : members
    this.#losses.push(...findLosses(message, messageLosses, carried, `${path}.`))
  }

  #readSystem(message: JsonObject, path: string): void {
    const parts = this.#readParts(message, path)
    for (const part of parts)
      if (part.kind === 'text') this.system.push(part)
      else this.#lose(`${path}.content`, 'refused', 'instructions are text')
    if (this.turns.length > 0 && parts.length > 0)
      this.#losses.push({ ...unread.laterInstructions, field: path })
  }

  #readUser(message: JsonObject, path: string): void {
    const parts = this.#readParts(message, path)
    if (this.#results !== null) for (const part of parts) this.#results.push(part)
    else if (parts.length > 0) this.turns.push({ role: 'user', parts })
    this.#results = null
  }

  #readAssistant(message: JsonObject, path: string): void {
    this.#results = null
    const isEmpty = message.content === '' // beside tool calls
    const parts: Part[] = [
      ...readClientReasoning(message),
      ...(isEmpty ? [] : this.#readParts(message, path)),
      ...readRefusal(message),
      ...this.#readCalls(message, path),
    ]
    if (parts.length > 0) this.turns.push({ role: 'assistant', parts })
  }

  #readCalls(message: JsonObject, path: string): ToolCallPart[] {
    const calls: ToolCallPart[] = []
    const items = listOf(message.tool_calls)
    for (let index = 0; index < items.length; index++) {
      const call = readCall(objectOf(items[index]))
      if (call !== null) calls.push(call)
      else this.#lose(`${path}.tool_calls[${index}]`, 'refused', 'it is no call of a function')
    }
    const old = objectOf(message.function_call)
    if (old !== null) {
      this.#functionCallId = `call_${path.replace(/\D/g, '')}`
      calls.push({
        kind: 'tool-call',
        id: this.#functionCallId,
        name: toText(old.name) ?? '',
        arguments: toText(old.arguments) ?? '',
      })
    }
    return calls
  }

  #readResult(message: JsonObject, path: string): void {
    const id = message.role === 'function' ? this.#functionCallId : toText(message.tool_call_id)
    if (id === null) this.#lose(`${path}.tool_call_id`, 'refused', 'it does not name a call')
    const parts: ToolResultPart['parts'][number][] = []
    for (const part of readContent(message.content, `${path}.content`, this.#losses))
      if (part.kind === 'audio' || part.kind === 'refusal')
        this.#lose(`${path}.content`, 'refused', `the result of a tool has no ${part.kind}`)
      else parts.push(part)
    const cache = readCacheMark(message.cache_control)
    const result: ToolResultPart = { kind: 'tool-result', id: id ?? '', parts, isError: false, ...cache }
    if (this.#results === null) {
      this.#results = []
      this.turns.push({ role: 'user', parts: this.#results })
    }
    this.#results.push(result)
  }

  /** The content's parts; a cache mark of the message is one of its last part. */
  #readParts(message: JsonObject, path: string): ContentPart[] {
    const parts = readContent(message.content, `${path}.content`, this.#losses)
    const last = parts.at(-1)
    const { cache } = readCacheMark(message.cache_control)
    if (last !== undefined && cache !== undefined && last.kind !== 'audio' && last.kind !== 'refusal')
      parts[parts.length - 1] = { ...last, cache }
    return parts
  }

  #lose(field: string, kind: Loss['kind'], why: string): void {
    this.#losses.push({ field, kind, why })
  }
}

/** The name of a function message is that of its call. */
const resultMembers: ReadonlySet<string> = new Set([...members, 'name'])

function readRefusal(message: JsonObject): Part[] {
  const text = toText(message.refusal)
  return text === null ? [] : [{ kind: 'refusal', text }]
}

function readCall(call: JsonObject | null): ToolCallPart | null {
  const called = objectOf(call?.function)
  const name = toText(called?.name)
  if (call === null || name === null) return null
  return {
    kind: 'tool-call',
    id: toText(call.id) ?? '',
    name,
    arguments: toArguments(called?.arguments),
    ...readThoughtSignature(call),
    ...readCacheMark(call.cache_control),
  }
}

/** Arguments are JSON text; some clients and servers send them parsed. */
export function toArguments(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}

import type { Buffer } from 'node:buffer'
import { fieldOf } from '../../base/text/json/field-of.ts'
import { InvalidRequestError } from '../../errors.ts'
import { findText } from '../../gateway/protocols/wire/json-usage-tap.ts'
import { findMembers } from '../../gateway/protocols/wire/members.ts'
import { parseRequestObject, type RequestObject } from '../../gateway/protocols/wire/request-object.ts'

/** The body that a frame asks for, as a request over HTTP. */
export type SocketTurn = {
  readonly body: RequestObject
  /** Whether the client only prepares: `generate: false`. */
  readonly isWarmUp: boolean
}

/**
 * What a socket remembers of its conversation: the items before the next turn. A client sends only the new items with the
 * `previous_response_id` of the last response, also where nothing is stored (`store: false`), because the connection
 * itself keeps the state. Upstreams are asked over HTTP, which keeps none, so such a turn is sent in full.
 */
export type SocketConversation = {
  /** @throws InvalidRequestError for a frame that is no `response.create`. */
  open(frame: Buffer): SocketTurn
  /** Reads an event of the stream on its way to the client. */
  onEvent(data: Buffer): void
  /**
   * The turn is over. Without a complete response the one before it stays the last.
   *
   * @param isKept whether a provider keeps a response, so that the next turn may name it.
   */
  end(isKept: (responseId: string) => boolean): void
}

/** Members of a frame that a request over HTTP does not have. */
const ofTransport: ReadonlySet<string> = new Set(['type', 'generate', 'background', 'stream'])

type Remembered = {
  readonly id: string
  readonly items: readonly unknown[]
  readonly bytes: number
  readonly isKept: boolean
}

/** @param maxBytes of the items that are remembered. A longer conversation is forgotten, and its client sends it again. */
export function createSocketConversation(maxBytes: number): SocketConversation {
  let last: Remembered | null = null
  let items: unknown[] = []
  let bytes = 0
  let isStored = true
  let completed: string | null = null

  return {
    open(frame) {
      const json = parseRequestObject(frame)
      if (json.type !== 'response.create') throw unknownFrame(json.type)
      const { previous_response_id: previous } = json
      const before = last !== null && previous === last.id && !last.isKept ? last : null
      const input = toItems(json.input)
      items = before === null ? input : [...before.items, ...input]
      bytes = frame.length + (before?.bytes ?? 0)
      isStored = json.store !== false
      completed = null
      const body = Object.fromEntries(Object.entries(json).filter(([key]) => !ofTransport.has(key)))
      if (before !== null) delete body.previous_response_id
      return {
        body: { ...body, ...(before !== null && { input: items }), stream: true },
        isWarmUp: json.generate === false,
      }
    },
    onEvent(data) {
      const type = findType(data)
      if (type === 'completed') completed = findResponseId(data)
      if (type !== 'output_item.done') return
      bytes += data.length
      const item = fieldOf(parse(data), 'item')
      // Reasoning without its encrypted form can be read by nobody who has not kept it.
      const isOpaque =
        fieldOf(item, 'type') === 'reasoning' && typeof fieldOf(item, 'encrypted_content') !== 'string'
      if (bytes <= maxBytes && typeof item === 'object' && item !== null && !isOpaque) items.push(item)
    },
    end(isKept) {
      if (completed === null) return
      const kept = isStored && isKept(completed)
      last = bytes > maxBytes ? null : { id: completed, items, bytes, isKept: kept }
      completed = null
    },
  }
}

function toItems(input: unknown): unknown[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  return Array.isArray(input) ? [...input] : []
}

/** Of the events that matter here. A response that was cut by its limit is complete as far as it goes. */
function findType(data: Buffer): 'output_item.done' | 'completed' | null {
  const [, type] =
    /"response\.(output_item\.done|completed|incomplete)"/.exec(data.toString('latin1', 0, 96)) ?? []
  if (type === undefined) return null
  return type === 'output_item.done' ? type : 'completed'
}

/** Only the id is parsed: the response around it may be long. */
function findResponseId(data: Buffer): string | null {
  const place = findMembers(data, 'response').at(-1)
  return place === undefined ? null : findText(data.subarray(place.from, place.to), 'id')
}

function parse(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'))
  } catch {
    return null
  }
}

function unknownFrame(type: unknown): InvalidRequestError {
  const found = typeof type === 'string' ? JSON.stringify(type.slice(0, 80)) : 'none'
  return new InvalidRequestError(
    'bad-frame',
    `A frame must have the type "response.create"; its type is ${found}.`,
    { param: 'type' },
  )
}

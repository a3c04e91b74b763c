import type { Buffer } from 'node:buffer'
import type { ReplyEventReader } from '../../../common/common-form.ts'
import type { ReplyEvent } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, listOf, textOf } from '../../../common/json-fields.ts'
import { createEventReader as createDataReader } from '../../../wire/event-reader.ts'
import { readError } from '../reply/errors.ts'
import { hasFailed, readStop } from '../reply/status.ts'
import { readUsage } from '../reply/usage.ts'
import { createItemReader } from './item-reader.ts'

/** The longest event is the last one, which repeats the whole reply and the request's tools. */
const maxEventBytes = 1 << 25

/**
 * Reads the event stream of a response. Servers that leave events out are read too: what the deltas did not bring is taken
 * from the events that repeat it. Events of other types are ignored; one that is no JSON is an error, since it may have held text.
 */
export function createEventReader(onEvent: (event: ReplyEvent) => void): ReplyEventReader {
  let started = false
  let isOver = false
  const items = createItemReader((event) => {
    start({})
    onEvent(event)
  })
  const reader = createDataReader(maxEventBytes, (data) => {
    if (isOver) return
    const event = parseEvent(data)
    if (event === 'done') return
    if (event === null) fail('The stream has an event that is no JSON object.')
    else if (isObject(event)) read(event)
    if (items.isTooMany()) fail('The stream has too many items.')
  })

  function start(response: JsonObject): void {
    if (started) return
    started = true
    onEvent({
      kind: 'start',
      id: textOf(response.id) ?? '',
      model: textOf(response.model) ?? '',
      usage: null,
    })
  }

  function fail(message: string): void {
    isOver = true
    onEvent({ kind: 'error', error: { message, type: 'server_error', code: null, param: null } })
  }

  function read(event: JsonObject): void {
    switch (event.type) {
      case 'response.created':
      case 'response.in_progress':
      case 'response.queued':
        start(isObject(event.response) ? event.response : {})
        break
      case 'response.completed':
      case 'response.incomplete':
        finish(isObject(event.response) ? event.response : {}, event.type === 'response.incomplete')
        break
      case 'response.failed':
      case 'error':
        isOver = true
        onEvent({ kind: 'error', error: readError(event) ?? unknownError(event) })
        break
      default:
        // A server that reports an error in the middle of a stream may do it as in a reply: without a type.
        if (event.type === undefined && isObject(event.error)) read({ ...event, type: 'error' })
        else items.read(event)
    }
  }

  function finish(response: JsonObject, isIncomplete: boolean): void {
    start(response)
    items.finish(listOf(response.output))
    isOver = true
    const usage = readUsage(response.usage)
    if (usage !== null) onEvent({ kind: 'usage', usage })
    if (hasFailed(response)) {
      onEvent({ kind: 'error', error: readError(response) ?? unknownError(response) })
      return
    }
    const ended = isIncomplete ? { ...response, status: 'incomplete' } : response
    onEvent({ kind: 'stop', stop: readStop(ended, items.kinds) })
    onEvent({ kind: 'end' })
  }

  return {
    push(chunk) {
      reader.push(chunk)
      if (!isOver && reader.skippedEvents > 0) fail('The stream has an event of more than 32 MiB.')
    },
    end: () => reader.end(),
  }
}

function parseEvent(data: Buffer): JsonObject | 'done' | null {
  const text = data.toString()
  if (text === '[DONE]') return 'done'
  try {
    const event: unknown = JSON.parse(text)
    return isObject(event) ? event : null
  } catch {
    return null
  }
}

function unknownError(event: JsonObject) {
  return {
    message: `The reply failed without a message: ${textOf(event.type) ?? 'response'}.`,
    type: 'server_error',
    code: null,
    param: null,
  }
}

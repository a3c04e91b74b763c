import type { Buffer } from 'node:buffer'
import { findJsonExcess } from '../../../../../base/text/json/nesting.ts'
import type { ReplyEventReader } from '../../../common/common-form.ts'
import type { CommonError, ReplyEvent } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { createEventReader as createWireReader } from '../../../wire/event-reader.ts'
import { readError } from '../reply/errors.ts'
import { readExplanation } from '../reply/read-reply.ts'
import { readStop } from '../reply/stop-reason.ts'
import { mergeUsage, readUsage } from '../reply/usage.ts'
import { parseJson } from '../values/parse-json.ts'
import { createBlockReader } from './block-reader.ts'

/** Far beyond real events. */
const maxEventBytes = 1 << 22
const eventLimits = { maxDepth: 512, maxParts: 100_000 }

/**
 * Reads the events of a streamed message. Unknown events, blocks and deltas are left out, as the API's versioning policy
 * asks of clients. An event that cannot be read is an error, since what it said would be missing from the reply; nothing
 * is reported after an error.
 *
 * Source: platform.claude.com/docs/en/build-with-claude/streaming.
 */
export function createEventReader(onEvent: (event: ReplyEvent) => void): ReplyEventReader {
  const blocks = createBlockReader(onEvent)
  let usage: JsonObject = {}
  let hasStarted = false
  let isOver = false

  function onData(data: Buffer): void {
    if (isOver) return
    if (findJsonExcess(data, eventLimits) !== null) {
      fail('The upstream sent an event of too many parts.')
      return
    }
    const text = data.toString('utf8')
    const event = parseJson(text)
    if (isObject(event)) readEvent(event)
    else if (text !== '[DONE]') fail('The upstream sent an event that is no JSON object.')
  }

  function readEvent(event: JsonObject): void {
    if (event.type === 'message_start') readStart(isObject(event.message) ? event.message : {})
    else if (event.type === 'content_block_start') {
      readStart({})
      blocks.start(event.index, event.content_block)
    } else if (event.type === 'content_block_delta') blocks.add(event.index, event.delta)
    else if (event.type === 'content_block_stop') blocks.stop(event.index)
    else if (event.type === 'message_delta') readDelta(event)
    else if (event.type === 'message_stop') finish({ kind: 'end' })
    else if (event.type === 'error')
      finish({ kind: 'error', error: readError(event) ?? streamError('The upstream sent an error.') })
  }

  /** A stream has one start, also where an upstream leaves it out. */
  function readStart(message: JsonObject): void {
    if (hasStarted) return
    hasStarted = true
    usage = mergeUsage(usage, message.usage)
    onEvent({
      kind: 'start',
      id: textOf(message.id) ?? '',
      model: textOf(message.model) ?? '',
      usage: readUsage(usage),
    })
  }

  function readDelta(event: JsonObject): void {
    readStart({})
    const delta = isObject(event.delta) ? event.delta : {}
    const explanation = readExplanation(delta.stop_details)
    if (explanation !== null) blocks.refuse(explanation)
    usage = mergeUsage(usage, event.usage)
    const counted = isObject(event.usage) ? readUsage(usage) : null
    if (counted !== null) onEvent({ kind: 'usage', usage: counted })
    if (typeof delta.stop_reason !== 'string') return
    blocks.stopAll()
    onEvent({ kind: 'stop', stop: readStop(delta.stop_reason, delta.stop_sequence) })
  }

  function finish(event: ReplyEvent): void {
    if (event.kind === 'end') {
      readStart({})
      blocks.stopAll()
    }
    isOver = true
    onEvent(event)
  }

  function fail(message: string): void {
    finish({ kind: 'error', error: streamError(message) })
  }

  const reader = createWireReader(maxEventBytes, onData)
  function checkSkipped(): void {
    if (!isOver && reader.skippedEvents > 0)
      fail(`The upstream sent an event of more than ${maxEventBytes} bytes.`)
  }
  return {
    push(chunk) {
      reader.push(chunk)
      checkSkipped()
    },
    end() {
      reader.end()
      checkSkipped()
    },
  }
}

function streamError(message: string): CommonError {
  return { message, type: 'api_error', code: null, param: null }
}

import type { ReplyContext, ReplyEventWriter } from '../../../common/common-form.ts'
import type { CommonUsage, ReplyEvent, Stop } from '../../../common/common-reply.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import { writeErrorEvent } from '../reply/errors.ts'
import { writeStop } from '../reply/stop-reason.ts'
import { writeUsage } from '../reply/usage.ts'
import { createBlockWriter } from './block-writer.ts'
import { formatEvent } from './format-event.ts'

/**
 * Writes the events of a streamed message. The message's end waits for the end of the stream, because other protocols
 * report the usage after the reason of the stop. Nothing is written after an error.
 *
 * Source: platform.claude.com/docs/en/build-with-claude/streaming, and the accumulator of the official client
 * (@anthropic-ai/sdk, lib/MessageStream).
 */
export function createEventWriter(context: ReplyContext): ReplyEventWriter {
  const blocks = createBlockWriter()
  let usage: CommonUsage | null = null
  let stop: Stop = { reason: 'end', text: null }
  let hasStarted = false
  let isOver = false

  function start(id: string, model: string): string {
    hasStarted = true
    const message = {
      id: id === '' ? context.id : id,
      type: 'message',
      role: 'assistant',
      model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: writeUsage(usage),
    }
    return formatEvent({ type: 'message_start', message })
  }

  function end(): string {
    isOver = true
    const delta = writeStop(stop, context.request)
    return (
      blocks.endAll() +
      formatEvent({ type: 'message_delta', delta, usage: writeUsage(usage) }) +
      formatEvent({ type: 'message_stop' })
    )
  }

  function fail(error: JsonObject): string {
    isOver = true
    return formatEvent({ ...error, type: 'error' })
  }

  function writeStarted(event: ReplyEvent): string {
    switch (event.kind) {
      case 'start':
        return ''
      case 'part-start':
        return blocks.start(event.index, event.part)
      case 'delta':
        return blocks.add(event.index, event.text)
      case 'state':
        blocks.setState(event.index, event.state)
        return ''
      case 'part-end':
        return blocks.end(event.index)
      case 'usage':
        usage = event.usage
        return ''
      case 'stop':
        stop = event.stop
        return blocks.endAll()
      case 'error':
        return fail(writeErrorEvent(event.error))
      case 'end':
        return end()
    }
  }

  return {
    write(event) {
      if (isOver) return ''
      if (event.kind === 'start') {
        if (hasStarted) return ''
        usage = event.usage
        return start(event.id, event.model)
      }
      // A message begins with its start, also where an upstream leaves its own out.
      const started = hasStarted || event.kind === 'error' ? '' : start('', '')
      const written = started + writeStarted(event)
      if (isOver || !blocks.isOverfull()) return written
      const message = 'The upstream wrote more than can be held of several tool calls at once.'
      return written + fail(writeErrorEvent({ message, type: 'api_error', code: null, param: null }))
    },
  }
}

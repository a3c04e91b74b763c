import type { ReplyContext, ReplyEventWriter } from '../../../common/common-form.ts'
import type { CommonError, CommonUsage, ReplyEvent, Stop } from '../../../common/common-reply.ts'
import { writeStatus } from '../reply/status.ts'
import { createItemWriter } from './item-writer.ts'
import { createResponseText, errorCode } from './response-text.ts'

/**
 * Writes the event stream of a response. The last events repeat what the deltas brought, so that a reply is held as a whole;
 * one of more than `maxReplyLength` characters ends with an error.
 */
export function createEventWriter(context: ReplyContext): ReplyEventWriter {
  let sequence = 0
  let responseText: ReturnType<typeof createResponseText> | null = null
  let items: ReturnType<typeof createItemWriter> | null = null
  let usage: CommonUsage | null = null
  let stop: Stop = { reason: 'end', text: null }
  let isOver = false

  /** @param fields JSON text of the event's other fields. */
  function event(type: string, fields: string): string {
    return `event: ${type}\ndata: {"type":"${type}","sequence_number":${sequence++},${fields}}\n\n`
  }

  function start(id: string, model: string): string {
    if (responseText !== null) return ''
    const replyId = id || context.id
    responseText = createResponseText(replyId, model, context)
    items = createItemWriter(replyId, context, event)
    const response = responseText({
      status: 'in_progress',
      incompleteDetails: null,
      error: null,
      output: [],
      usage: null,
    })
    return (
      event('response.created', `"response":${response}`) +
      event('response.in_progress', `"response":${response}`)
    )
  }

  function finish(): string {
    if (responseText === null || items === null) return ''
    isOver = true
    const { status, incomplete_details: incompleteDetails } = writeStatus(stop, items.hasRefusal())
    const closing = items.closeAll(status)
    const response = responseText({ status, incompleteDetails, error: null, output: items.output, usage })
    return closing + event(`response.${status}`, `"response":${response}`)
  }

  /** Items that are not done stay so: a client would run a call that is cut off. */
  function fail(error: CommonError): string {
    isOver = true
    const output = items?.output ?? []
    const response = responseText?.({ status: 'failed', incompleteDetails: null, error, output, usage })
    const code = error.code ?? errorCode(error.type)
    const flat = JSON.stringify({ code, message: error.message, param: error.param }).slice(1, -1)
    return (
      (response === undefined ? '' : event('response.failed', `"response":${response}`)) +
      event('error', `${flat},"error":${JSON.stringify({ ...error, code })}`)
    )
  }

  function writeEvent(reply: ReplyEvent): string {
    switch (reply.kind) {
      case 'start':
        usage = reply.usage
        return start(reply.id, reply.model)
      case 'part-start':
        return start('', '') + items!.startPart(reply.index, reply.part)
      case 'delta':
        return items?.addText(reply.index, reply.text) ?? ''
      case 'state':
        return items?.addState(reply.index, reply.state) ?? ''
      case 'part-end':
        items?.endPart(reply.index)
        return ''
      case 'usage':
        usage = reply.usage
        return ''
      case 'stop':
        stop = reply.stop
        return ''
      case 'error':
        return start('', '') + fail(reply.error)
      case 'end':
        return start('', '') + finish()
    }
  }

  return {
    write(reply) {
      if (isOver) return ''
      const text = writeEvent(reply)
      if (isOver || items === null || items.heldLength() <= maxReplyLength) return text
      const message = `The reply is longer than ${maxReplyLength} characters.`
      return text + fail({ message, type: 'server_error', code: null, param: null })
    },
  }
}

const maxReplyLength = 1 << 24

import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonReply } from '../../../common/common-reply.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { findRedactedData, writeSignature } from '../values/thinking-state.ts'
import { encodeToolCallId } from '../values/tool-call-id.ts'
import { parseToolInput, wrapInvalidInput } from '../values/tool-input.ts'
import { writeStop } from './stop-reason.ts'
import { writeUsage } from './usage.ts'

/** Writes a message. Empty text is left out, since the API would refuse it in the client's next request. */
export function writeReply(reply: CommonReply, context: ReplyContext): JsonObject {
  return {
    id: reply.id === '' ? context.id : reply.id,
    type: 'message',
    role: 'assistant',
    model: reply.model,
    content: reply.parts.flatMap(writeReplyBlocks),
    ...writeStop(reply.stop, context.request),
    usage: writeUsage(reply.usage),
  }
}

function writeReplyBlocks(part: CommonReply['parts'][number]): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }]
    case 'reasoning': {
      if (part.text === '' && part.state === null) return []
      const data = findRedactedData(part.state)
      if (data !== null) return [{ type: 'redacted_thinking', data }]
      return [{ type: 'thinking', thinking: part.text, signature: writeSignature(part.state) }]
    }
    case 'tool-call': {
      const input = parseToolInput(part.arguments) ?? wrapInvalidInput(part.arguments)
      const call = { type: 'tool_use', id: encodeToolCallId(part.id), name: part.name, input }
      return part.state === undefined ? [call] : [call, writeCallState(part.id, part.state)]
    }
  }
}

/** A block without text that carries the state of a call back to the call's model. */
function writeCallState(callId: string, state: OpaqueState): JsonObject {
  return { type: 'thinking', thinking: '', signature: writeSignature(state, callId) }
}

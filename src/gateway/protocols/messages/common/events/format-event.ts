import type { StartedPart } from '../../../common/common-reply.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { findRedactedData, writeSignature } from '../values/thinking-state.ts'
import { encodeToolCallId } from '../values/tool-call-id.ts'

/** The text of an event whose data is a JSON object with a `type`. */
export function formatEvent(data: JsonObject & { readonly type: string }): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
}

/** @param state of a part of reasoning that is already known. */
export function formatBlockStart(index: number, part: StartedPart, state: OpaqueState | null): string {
  return formatEvent({ type: 'content_block_start', index, content_block: formatBlock(part, state) })
}

function formatBlock(part: StartedPart, state: OpaqueState | null): JsonObject {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: '' }
    case 'reasoning': {
      const data = findRedactedData(state)
      return data === null
        ? { type: 'thinking', thinking: '', signature: '' }
        : { type: 'redacted_thinking', data }
    }
    case 'tool-call':
      return { type: 'tool_use', id: encodeToolCallId(part.id), name: part.name, input: {} }
  }
}

const deltas = {
  text: { type: 'text_delta', member: 'text' },
  refusal: { type: 'text_delta', member: 'text' },
  reasoning: { type: 'thinking_delta', member: 'thinking' },
  'tool-call': { type: 'input_json_delta', member: 'partial_json' },
} as const

/** A piece of a block's text, as most events of a stream are. */
export function formatText(index: number, kind: StartedPart['kind'], text: string): string {
  const { type, member } = deltas[kind]
  return formatDelta(index, type, member, text)
}

/** The signature of a block of thinking, which comes last. */
export function formatSignature(index: number, state: OpaqueState, callId = ''): string {
  return formatDelta(index, 'signature_delta', 'signature', writeSignature(state, callId))
}

function formatDelta(index: number, type: string, member: string, value: string): string {
  return `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":{"type":"${type}","${member}":${JSON.stringify(value)}}}\n\n`
}

export function formatBlockStop(index: number): string {
  return `event: content_block_stop\ndata: {"type":"content_block_stop","index":${index}}\n\n`
}

/** The block without text that carries the state of a call, for which Messages has no place. */
export function formatCallState(index: number, callId: string, state: OpaqueState): string {
  const part = { kind: 'reasoning' } as const
  return formatBlockStart(index, part, null) + formatSignature(index, state, callId) + formatBlockStop(index)
}

import type { CommonReply } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'
import { readRedactedData, readUpstreamSignature } from '../values/thinking-state.ts'
import { decodeToolCallId } from '../values/tool-call-id.ts'
import { formatToolInput } from '../values/tool-input.ts'
import { readStop } from './stop-reason.ts'
import { readUsage } from './usage.ts'

type ReplyPart = CommonReply['parts'][number]

/** Reads a message. Blocks of Anthropic's own tools are left out, since no request of the gateway asks for them. */
export function readReply(body: JsonObject): CommonReply | null {
  if (body.type !== 'message' || !Array.isArray(body.content)) return null
  const explanation = readExplanation(body.stop_details)
  return {
    id: textOf(body.id) ?? '',
    model: textOf(body.model) ?? '',
    parts: [
      ...body.content.flatMap(readReplyBlock),
      ...(explanation === null ? [] : [{ kind: 'refusal' as const, text: explanation }]),
    ],
    stop: readStop(body.stop_reason, body.stop_sequence),
    usage: readUsage(body.usage),
  }
}

/** Why the model refused, as `stop_details` says it; null if it does not. */
export function readExplanation(details: unknown): string | null {
  const explanation = isObject(details) ? textOf(details.explanation) : null
  return explanation === '' ? null : explanation
}

function readReplyBlock(block: unknown): readonly ReplyPart[] {
  if (!isObject(block)) return []
  switch (block.type) {
    case 'text':
      return [{ kind: 'text', text: textOf(block.text) ?? '' }]
    case 'thinking': {
      const state = readUpstreamSignature(block.signature)
      return [{ kind: 'reasoning', text: textOf(block.thinking) ?? '', state }]
    }
    case 'redacted_thinking':
      return [{ kind: 'reasoning', text: '', state: readRedactedData(textOf(block.data) ?? '') }]
    case 'tool_use':
      return [
        {
          kind: 'tool-call',
          id: decodeToolCallId(textOf(block.id) ?? ''),
          name: textOf(block.name) ?? '',
          arguments: formatToolInput(block.input),
        },
      ]
    default:
      return []
  }
}

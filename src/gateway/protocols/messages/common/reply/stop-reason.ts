import type { Stop } from '../../../common/common-reply.ts'
import type { CommonRequest } from '../../../common/common-request.ts'
import { textOf } from '../../../common/json-fields.ts'

/** Source: platform.claude.com/docs/en/build-with-claude/handling-stop-reasons. */
const reasons: Readonly<Record<string, Stop['reason']>> = {
  end_turn: 'end',
  max_tokens: 'length',
  stop_sequence: 'stop-text',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context',
}

const words: Readonly<Record<Stop['reason'], string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  'stop-text': 'stop_sequence',
  'tool-calls': 'tool_use',
  pause: 'pause_turn',
  refusal: 'refusal',
  'content-filter': 'refusal', // Messages has one word for both
  context: 'model_context_window_exceeded',
}

/** The stop of a message by its `stop_reason` and `stop_sequence`. A reason that is not known is the end of the turn. */
export function readStop(reason: unknown, sequence: unknown): Stop {
  const known = typeof reason === 'string' && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined
  return { reason: known ?? 'end', text: textOf(sequence) }
}

export type WrittenStop = { readonly stop_reason: string; readonly stop_sequence: string | null }

export function writeStop(stop: Stop, request: CommonRequest): WrittenStop {
  const only = request.stop.length === 1 ? request.stop[0]! : null
  const text = stop.reason === 'stop-text' ? (stop.text ?? only) : null
  return { stop_reason: words[stop.reason], stop_sequence: text }
}

import type { CommonReply } from '../../../common/common-reply.ts'
import { type JsonObject, listOf, objectOf } from '../../../common/json-fields.ts'
import type { ReasoningPart, ToolCallPart } from '../../../common/parts.ts'
import { toText } from '../json-values.ts'
import { readUpstreamReasoning } from '../reasoning-details.ts'
import { toArguments } from '../request/read-messages.ts'
import { readThoughtSignature } from '../thought-signature.ts'
import { makeCallId } from './call-id.ts'
import { readMessageText } from './message-text.ts'
import { readStop } from './stop.ts'
import { readUsage } from './usage.ts'

/** A whole chat completion, of which the first choice is read; null for JSON without one. */
export function readReply(body: JsonObject): CommonReply | null {
  const choices = listOf(body.choices).map(objectOf)
  const choice = choices.find((found) => found?.index === 0) ?? choices[0] ?? null
  const message = objectOf(choice?.message)
  if (choice === null || message === null) return null
  const id = toText(body.id) ?? ''
  const { text, refusal, thinking } = readMessageText(message)
  const calls = readCalls(message, id)
  const parts: CommonReply['parts'] = [
    ...readReasoning(message, thinking),
    ...(text === '' ? [] : [{ kind: 'text' as const, text }]),
    ...(refusal === '' ? [] : [{ kind: 'refusal' as const, text: refusal }]),
    ...calls,
  ]
  return {
    id,
    model: toText(body.model) ?? '',
    parts,
    stop: readStop(choice, { hasCalls: calls.length > 0, hasRefusal: refusal !== '' }),
    usage: readUsage(body.usage),
  }
}

function readReasoning(message: JsonObject, thinking: string): readonly ReasoningPart[] {
  const parts = readUpstreamReasoning(message)
  return parts.length > 0 || thinking === '' ? parts : [{ kind: 'reasoning', text: thinking, state: null }]
}

function readCalls(message: JsonObject, replyId: string): ToolCallPart[] {
  const calls: ToolCallPart[] = []
  const old = objectOf(message.function_call)
  for (const item of [...listOf(message.tool_calls), ...(old === null ? [] : [{ function: old }])]) {
    const call = objectOf(item)
    const called = objectOf(call?.function)
    const name = toText(called?.name)
    if (call === null || called === null || name === null) continue
    calls.push({
      kind: 'tool-call',
      id: toText(call.id) ?? makeCallId(replyId, calls.length),
      name,
      arguments: toArguments(called.arguments),
      ...readThoughtSignature(call),
    })
  }
  return calls
}

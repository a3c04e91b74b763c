import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonReply } from '../../../common/common-reply.ts'
import type { JsonObject } from '../../../common/json-fields.ts'
import type { ReasoningPart, ToolCallPart } from '../../../common/parts.ts'
import { toClientDetail } from '../reasoning-details.ts'
import { usesFunctions } from '../request/read-tools.ts'
import { writeThoughtSignature } from '../thought-signature.ts'
import { writeStop } from './stop.ts'
import { writeUsage } from './usage.ts'

/** A whole chat completion. The texts of several parts come one after the other in one `content`. */
export function writeReply(reply: CommonReply, context: ReplyContext): JsonObject {
  const isOld = usesFunctions(context.body)
  const refusal = textOf(reply, 'refusal')
  const text = textOf(reply, 'text')
  return {
    id: reply.id === '' ? context.id : reply.id,
    object: 'chat.completion',
    created: context.created,
    model: reply.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text,
          refusal,
          ...writeReasoning(reply, context),
          ...writeCalls(reply, isOld),
        },
        logprobs: null,
        finish_reason: writeStop(reply.stop, refusal !== null, isOld),
      },
    ],
    ...(reply.usage === null ? {} : { usage: writeUsage(reply.usage) }),
  }
}

function textOf(reply: CommonReply, kind: 'text' | 'refusal'): string | null {
  const texts: string[] = []
  for (const part of reply.parts) if (part.kind === kind) texts.push(part.text)
  return texts.length === 0 ? null : texts.join('')
}

/** Between the reasoning of two parts. */
export const reasoningSeparator = '\n\n'

function writeReasoning(reply: CommonReply, context: ReplyContext): JsonObject {
  const parts = reply.parts.filter((part): part is ReasoningPart => part.kind === 'reasoning')
  if (parts.length === 0 || !showsReasoning(context)) return {}
  const texts = parts.map(({ text }) => text).filter((text) => text !== '')
  return {
    ...(texts.length === 0 ? {} : { reasoning_content: texts.join(reasoningSeparator) }),
    reasoning_details: parts.map(({ text, state }, index) => toClientDetail(text, state, index)),
  }
}

/** Whether the client has not asked to leave reasoning out. */
export function showsReasoning({ request }: ReplyContext): boolean {
  return request.reasoning?.isShown !== false
}

/** A client of the deprecated `functions` gets one call: its request allows no more. */
function writeCalls(reply: CommonReply, isOld: boolean): JsonObject {
  const calls = reply.parts.filter((part): part is ToolCallPart => part.kind === 'tool-call')
  const [first] = calls
  if (first === undefined) return {}
  if (isOld) return { function_call: toCalled(first) }
  return {
    tool_calls: calls.map((call) => ({
      id: call.id,
      type: 'function',
      function: toCalled(call),
      ...writeThoughtSignature(call.state),
    })),
  }
}

/** Clients parse the arguments, and an empty text is no JSON. */
function toCalled({ name, arguments: text }: ToolCallPart): JsonObject {
  return { name, arguments: text === '' ? '{}' : text }
}

import type { ReplyContext } from '../../../common/common-form.ts'
import type { CommonReply } from '../../../common/common-reply.ts'
import type { ReasoningPart, ToolCallPart } from '../../../common/parts.ts'
import type { JsonObject } from '../json-values.ts'
import { type ReasoningDetail, toClientDetail, toTextDetail } from '../reasoning-details.ts'
import { usesFunctions } from '../request/read-tools.ts'
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
  const details: ReasoningDetail[] = []
  for (let index = 0; index < parts.length; index++) details.push(...toDetails(parts[index]!, index))
  return {
    ...(texts.length === 0 ? {} : { reasoning_content: texts.join(reasoningSeparator) }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  }
}

/** Whether the client has not asked to leave reasoning out. */
export function showsReasoning({ request }: ReplyContext): boolean {
  return request.reasoning?.isShown !== false
}

function toDetails({ text, state }: ReasoningPart, index: number): ReasoningDetail[] {
  const isSigned = state?.form === 'messages.signature'
  const detail = state === null ? null : toClientDetail(state, text, index)
  return [
    ...(text === '' || isSigned ? [] : [toTextDetail(text, index)]),
    ...(detail === null ? [] : [detail]),
  ]
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
    })),
  }
}

/** Clients parse the arguments, and an empty text is no JSON. */
function toCalled({ name, arguments: text }: ToolCallPart): JsonObject {
  return { name, arguments: text === '' ? '{}' : text }
}

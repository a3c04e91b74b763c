import type { CommonReply } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, listOf, textOf } from '../../../common/json-fields.ts'
import type { OpaqueState } from '../../../common/parts.ts'
import { encryptedForm } from '../state-form.ts'
import { joinReasoning } from './reasoning-text.ts'
import { hasFailed, readStop } from './status.ts'
import { readUsage } from './usage.ts'

/** Reads a whole response. Null for one that failed: `readError` reads it. */
export function readReply(body: JsonObject): CommonReply | null {
  if (!Array.isArray(body.output) || hasFailed(body)) return null
  const parts: CommonReply['parts'][number][] = []
  for (const item of body.output) {
    if (isObject(item)) for (const part of readOutputItem(item)) parts.push(part)
  }
  return {
    id: textOf(body.id) ?? '',
    model: textOf(body.model) ?? '',
    parts,
    stop: readStop(
      body,
      parts.map(({ kind }) => kind),
    ),
    usage: readUsage(body.usage),
  }
}

/** The parts of one item. Items of other kinds record what the provider's own tools did, and are no part of the answer. */
export function readOutputItem(item: JsonObject): readonly CommonReply['parts'][number][] {
  switch (item.type) {
    case 'message':
      return listOf(item.content).flatMap(readContent)
    case 'reasoning':
      return [{ kind: 'reasoning', text: joinReasoning(item), state: readState(item) }]
    case 'function_call':
    case 'custom_tool_call':
      return [
        {
          kind: 'tool-call',
          id: textOf(item.call_id) ?? textOf(item.id) ?? '',
          name: textOf(item.name) ?? '',
          arguments:
            item.type === 'function_call'
              ? (textOf(item.arguments) ?? '')
              : JSON.stringify({ input: textOf(item.input) ?? '' }),
        },
      ]
    default:
      return []
  }
}

function readContent(part: unknown): readonly CommonReply['parts'][number][] {
  if (!isObject(part)) return []
  if (part.type === 'refusal') return [{ kind: 'refusal', text: textOf(part.refusal) ?? '' }]
  return part.type === 'output_text' ? [{ kind: 'text', text: textOf(part.text) ?? '' }] : []
}

/** The state that a model of this protocol goes on from. */
export function readState(item: JsonObject): OpaqueState | null {
  const value = textOf(item.encrypted_content)
  const id = textOf(item.id)
  if (value === null || value === '') return null
  return { form: encryptedForm, value, ...(id !== null && { id }) }
}

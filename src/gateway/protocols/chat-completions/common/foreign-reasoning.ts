import { type IsForeign, mapObjects } from '../../common/drop-parts.ts'
import { type JsonObject, objectOf } from '../../common/json-fields.ts'

/**
 * The request without the state that another model wrote: Gemini's thought signatures of tool calls and OpenRouter's
 * reasoning details; null if there is none.
 */
export function dropForeignReasoning(body: JsonObject, isForeign: IsForeign): JsonObject | null {
  if (!Array.isArray(body.messages)) return null
  const messages = mapObjects(body.messages, (message) => {
    if (message.role !== 'assistant') return message
    const calls = mapObjects(message.tool_calls, (call) => withoutSignature(call, isForeign))
    const details = mapObjects(message.reasoning_details, (detail) =>
      isForeignDetail(detail, isForeign) ? null : detail,
    )
    const hasCalls = !Array.isArray(message.tool_calls) || calls === message.tool_calls
    const hasDetails = !Array.isArray(message.reasoning_details) || details === message.reasoning_details
    if (hasCalls && hasDetails) return message
    return {
      ...message,
      ...(!hasCalls && { tool_calls: calls }),
      ...(!hasDetails && { reasoning_details: details }),
    }
  })
  return messages === body.messages ? null : { ...body, messages }
}

function withoutSignature(call: JsonObject, isForeign: IsForeign): JsonObject {
  const extra = objectOf(call.extra_content)
  const google = objectOf(extra?.google)
  const signature = google?.thought_signature
  if (typeof signature !== 'string' || !isForeign(signature)) return call
  const { thought_signature: _, ...rest } = google ?? {}
  return { ...call, extra_content: { ...extra, google: rest } }
}

function isForeignDetail({ signature, data }: JsonObject, isForeign: IsForeign): boolean {
  return [signature, data].some((state) => typeof state === 'string' && isForeign(state))
}

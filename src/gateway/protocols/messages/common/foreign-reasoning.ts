import { type IsForeign, mapObjects } from '../../common/drop-parts.ts'
import type { JsonObject } from '../../common/json-fields.ts'

/**
 * The request without the thinking that another model wrote; null if there is none. Anthropic refuses a signature that it
 * has not made. A message of nothing else goes with it.
 */
export function dropForeignReasoning(body: JsonObject, isForeign: IsForeign): JsonObject | null {
  if (!Array.isArray(body.messages)) return null
  const messages = mapObjects(body.messages, (message) => {
    if (message.role !== 'assistant' || !Array.isArray(message.content)) return message
    const content = mapObjects(message.content, (block) => (isForeignBlock(block, isForeign) ? null : block))
    if (content === message.content) return message
    return content.length === 0 ? null : { ...message, content }
  })
  return messages === body.messages ? null : { ...body, messages }
}

function isForeignBlock({ type, signature, data }: JsonObject, isForeign: IsForeign): boolean {
  if (type === 'thinking') return typeof signature === 'string' && isForeign(signature)
  return type === 'redacted_thinking' && typeof data === 'string' && isForeign(data)
}

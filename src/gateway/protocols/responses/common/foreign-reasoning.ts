import { type IsForeign, mapObjects } from '../../common/drop-parts.ts'
import type { JsonObject } from '../../common/json-fields.ts'

/**
 * The request without the encrypted reasoning that another model wrote; null if there is none. OpenAI refuses content that
 * it cannot decrypt.
 */
export function dropForeignReasoning(body: JsonObject, isForeign: IsForeign): JsonObject | null {
  if (!Array.isArray(body.input)) return null
  const input = mapObjects(body.input, (item) => {
    const { type, encrypted_content: content } = item
    const isReasoning = type === 'reasoning' || type === 'compaction'
    return isReasoning && typeof content === 'string' && isForeign(content) ? null : item
  })
  return input === body.input ? null : { ...body, input }
}

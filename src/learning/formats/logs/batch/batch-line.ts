import { routedPrompt } from '../../../../routing/prompts/prompt-rule.ts'
import type { Row } from '../../row.ts'
import { coerceName, coerceObject } from '../cells/coerce.ts'
import { isFailedCall } from '../fields/request-metadata.ts'
import { isError, type Reply, readReply } from '../reply/chat-reply.ts'
import { parseChatCall } from '../request/chat-call.ts'

/**
 * A line of a batch's input, output or error file: of OpenAI and those with its interface (`custom_id` with `body`, or with
 * `response` and `error`), of Anthropic (`custom_id` with `params`, or with `result`), of Gemini (`key` with `request`, or
 * with `response`).
 */
export type BatchLine =
  | { readonly kind: 'batch-request'; readonly id: string }
  | { readonly kind: 'batch-result'; readonly id: string; readonly reply: Reply }

/** Undefined if a row is no line of a batch, or has both the request and its result. */
export function parseBatchLine(row: Row): BatchLine | undefined {
  const id = coerceName(row.custom_id) ?? (Object.keys(row).length <= 4 ? coerceName(row.key) : undefined)
  if (id === undefined) return undefined
  const hasRequest = [row.body, row.params, row.request].some((body) => {
    const object = coerceObject(body)
    return object !== undefined && parseChatCall(object, routedPrompt) !== undefined
  })
  const hasResult = ['response', 'result', 'error'].some((name) => coerceObject(row[name]) !== undefined)
  if (hasRequest) return hasResult ? undefined : { kind: 'batch-request', id }
  return hasResult ? { kind: 'batch-result', id, reply: parseResult(row) } : undefined
}

function parseResult(row: Row): Reply {
  const response = coerceObject(row.response)
  const result = coerceObject(row.result)
  const reply = readReply(response?.body ?? response ?? result?.message ?? result)
  const isFailed =
    reply.isFailed ||
    isError(row.error) ||
    isFailedCall(response?.status_code) ||
    (result !== undefined && result.type !== undefined && result.type !== 'succeeded')
  return { ...reply, isFailed }
}

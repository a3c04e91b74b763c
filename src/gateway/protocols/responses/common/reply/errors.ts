import type { CommonError } from '../../../common/common-reply.ts'
import { type JsonObject, objectOf, textOf } from '../../../common/json-fields.ts'

/**
 * Reads an error: the body of an error reply, a response that failed, or an error event, whose fields stand in the event
 * itself or, as OpenAI sends them, in its `error`.
 */
export function readError(body: JsonObject): CommonError | null {
  const nested = objectOf(body.error) ?? objectOf(objectOf(body.response)?.error)
  const error = nested ?? (body.type === 'error' ? body : null)
  const message = textOf(error?.message)
  if (error === null || message === null) return null
  const code = textOf(error.code)
  const type = error === body ? null : textOf(error.type)
  return { message, type: type ?? code ?? 'server_error', code, param: textOf(error.param) }
}

/** The body of an error reply: OpenAI's form. */
export function writeError({ message, type, code, param }: CommonError): Record<string, unknown> {
  return { error: { message, type, param, code } }
}

import type { CommonError } from '../../../common/common-reply.ts'
import { type JsonObject, objectOf } from '../../../common/json-fields.ts'
import { toText } from '../json-values.ts'

/**
 * The error in a body; null if it has none. OpenAI and most servers send `{"error": {…}}`; Ollama also a text as `error`;
 * Gemini's endpoint a list with that object; Mistral and older versions of vLLM `{"object": "error", "message"}`; servers made with FastAPI `detail`.
 */
export function readError(body: JsonObject): CommonError | null {
  const outer = Array.isArray(body) ? objectOf(body[0]) : body
  if (outer === null) return null
  const { error } = outer
  if (typeof error === 'string') return toError(outer, error)
  const inner = objectOf(error)
  if (inner !== null) return toError(inner, readMessage(inner))
  if (outer.object === 'error') return toError(outer, readMessage(outer))
  if (outer.detail !== undefined && outer.choices === undefined)
    return toError(outer, toMessage(outer.detail))
  return null
}

function readMessage(error: JsonObject): string {
  return toMessage(error.message ?? error.detail ?? error)
}

function toMessage(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'The upstream reported an error.')
}

function toError(error: JsonObject, message: string): CommonError {
  const { code } = error
  return {
    message,
    type: toText(error.type) ?? toText(error.status) ?? 'upstream_error',
    code: typeof code === 'number' ? String(code) : toText(code),
    param: toText(error.param),
  }
}

export function writeError({ message, type, param, code }: CommonError): JsonObject {
  return { error: { message, type, param, code } }
}

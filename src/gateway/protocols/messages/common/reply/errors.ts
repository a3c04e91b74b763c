import type { CommonError } from '../../../common/common-reply.ts'
import { isObject, type JsonObject, textOf } from '../../../common/json-fields.ts'

/** Source: platform.claude.com/docs/en/api/errors, HTTP errors. */
const typesByStatus: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}
const types = new Set(Object.values(typesByStatus))

/** Reads `{"type": "error", "error": {"type", "message"}}`; null for another body. */
export function readError(body: JsonObject): CommonError | null {
  const { error } = body
  if (body.type !== 'error' || !isObject(error)) return null
  const details = isObject(error.details) ? error.details : {}
  return {
    message: textOf(error.message) ?? '',
    type: textOf(error.type) ?? 'api_error',
    code: textOf(details.error_code),
    param: null,
  }
}

/** The body of an error reply. The upstream's type stays if Messages has it; else the status decides. */
export function writeError(error: CommonError, status: number): JsonObject {
  const byStatus = typesByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
  return formatError(error, byStatus)
}

/** The data of a stream's `error` event. */
export function writeErrorEvent(error: CommonError): JsonObject {
  return formatError(error, 'api_error')
}

function formatError({ type, message }: CommonError, otherType: string): JsonObject {
  return { type: 'error', error: { type: types.has(type) ? type : otherType, message } }
}

import { type RouteLLMError, UpstreamError } from '../../../errors.ts'

/** OpenAI's error object. Its `code` is the error's own in snake case: `model-not-found` → `model_not_found`. */
export type ErrorBody = {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string
  }
}

export function errorBody(error: RouteLLMError): ErrorBody {
  const { message, param } = error
  return { error: { message, type: errorType(error), param, code: error.code.replaceAll('-', '_') } }
}

function errorType(error: RouteLLMError): string {
  if (error.status === 429) return 'rate_limit_error'
  if (error instanceof UpstreamError) return 'upstream_error'
  if (error.status === 401) return 'authentication_error'
  return error.status < 500 ? 'invalid_request_error' : 'server_error'
}

/** The blank line before it ends an event that the upstream left unfinished. */
export function errorEvent(error: RouteLLMError): string {
  return `\n\ndata: ${JSON.stringify(errorBody(error))}\n\n`
}

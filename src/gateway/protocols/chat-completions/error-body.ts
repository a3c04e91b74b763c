import { RouteLLMError, UpstreamError } from '../../../errors.ts'

/** OpenAI's error shape. Its `code` is ours in OpenAI's spelling: `model-not-found` → `model_not_found`. */
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
  if (error instanceof UpstreamError) return 'upstream_error'
  if (error.status === 401) return 'authentication_error'
  if (error.status === 429) return 'rate_limit_error'
  return error.status < 500 ? 'invalid_request_error' : 'server_error'
}

/** What a client may see of any error: one that was not meant for it says only that it happened. */
export function publicError(error: unknown): RouteLLMError {
  if (error instanceof RouteLLMError) return error
  return new RouteLLMError('internal-error', 'The gateway failed on this request; its log says why.', {
    cause: error,
  })
}

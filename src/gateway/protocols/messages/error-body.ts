import { type RouteLLMError, UpstreamError } from '../../../errors.ts'

/** Anthropic's error object, with the gateway's own `code` beside its `type`, as in OpenAI's form. */
export type MessagesErrorBody = {
  readonly type: 'error'
  readonly error: { readonly type: string; readonly message: string; readonly code: string }
  readonly request_id: string | null
}

export function errorBody(error: RouteLLMError, requestId: string | null): MessagesErrorBody {
  const code = error.code.replaceAll('-', '_')
  return {
    type: 'error',
    error: { type: errorType(error), message: error.message, code },
    request_id: requestId,
  }
}

/** The type that Anthropic's documentation gives for a status. */
function errorType(error: RouteLLMError): string {
  const known = types[error.status]
  if (known !== undefined) return known
  if (error instanceof UpstreamError || error.status >= 500) return 'api_error'
  return 'invalid_request_error'
}

const types: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/** The blank line before it ends an event that the upstream left unfinished. */
export function errorEvent(error: RouteLLMError, requestId: string | null): string {
  return `\n\nevent: error\ndata: ${JSON.stringify(errorBody(error, requestId))}\n\n`
}

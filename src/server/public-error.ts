import { RouteLLMError } from '../errors.ts'

/** The error that a client may see: the error itself if it was written for clients, otherwise `internal-error`. */
export function toPublicError(error: unknown): RouteLLMError {
  if (error instanceof RouteLLMError) return error
  return new RouteLLMError('internal-error', 'The gateway failed on this request; its log says why.', {
    cause: error,
  })
}

/** The log's text for an error that no client may see. */
export function describeProblem(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** The header `retry-after` of an error, in seconds: every 429 has one. Null for an error that has none. */
export function findRetryAfter({ status, retryAfterSeconds }: RouteLLMError): string | null {
  if (retryAfterSeconds !== null) return String(Math.max(1, Math.ceil(retryAfterSeconds)))
  return status === 429 ? '1' : null
}

import { UpstreamError } from '../../errors.ts'

/**
 * Converts undici's error to an UpstreamError: 504 after a time limit, else 502. The message names the provider and its
 * origin, never a path, query or key.
 */
export function upstreamErrorOf(
  error: Error,
  name: string,
  origin: string,
  headSeen: boolean,
): UpstreamError {
  const cause = rootCause(error)
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
  const upstream = `The upstream "${name}" (${origin})`
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return timeout(`${upstream} did not accept a connection in time (connectTimeoutMs).`, error)
  }
  if (headSeen) {
    return new UpstreamError('upstream-broke-off', `${upstream} broke off within its reply (${code}).`, {
      cause: error,
    })
  }
  return new UpstreamError(
    'upstream-unreachable',
    `${upstream} could not be reached or closed the connection before replying (${code}). Check that it runs and that baseUrl is right.`,
    { cause: error },
  )
}

function timeout(message: string, cause: Error): UpstreamError {
  return new UpstreamError('upstream-timeout', message, { status: 504, cause })
}

/**
 * Whether the upstream took too long for its reply, which it may have written all the same. A connection that took too long,
 * and so got no request, has undici's error as its cause.
 */
export function isReplyTimeout(error: Error): boolean {
  return error instanceof UpstreamError && error.status === 504 && error.cause === undefined
}

/** A host with several addresses fails with an AggregateError, whose first error says why. */
function rootCause(error: Error): Error {
  return error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error
}

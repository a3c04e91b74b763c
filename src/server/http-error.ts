import type { FastifyReply, FastifyRequest } from 'fastify'
import { InvalidRequestError, RouteLLMError } from '../errors.ts'
import type { RequestObserver } from '../gateway/request-record.ts'
import { createRefusedRecord } from './inference/ending/record.ts'
import type { ServerLog } from './inference/exchange-context.ts'
import { describeProblem, findRetryAfter, toPublicError } from './public-error.ts'

export type ErrorResponder = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void

export type ErrorResponderOptions = {
  readonly log: ServerLog
  readonly notify: RequestObserver
  readonly nextRequestId: () => string
  /** The largest body of the scope, for the message: `33554432 bytes (server.bodyLimitBytes)`. */
  readonly bodyLimit: string
  /** The JSON body of an error in the form of one scope, or of the request. */
  readonly formatError: (error: RouteLLMError, requestId: string, request: FastifyRequest) => object
}

/** Answers with an error that came up outside of an exchange, logs one that is not the client's, and records it. */
export function createErrorResponder(options: ErrorResponderOptions): ErrorResponder {
  return (error, request, reply) => {
    const shown = toHttpError(error, options.bodyLimit)
    if (shown.code === 'internal-error') {
      const fields = { route: request.routeOptions?.url, problem: describeProblem(error) }
      options.log.error(fields, 'a request failed')
    }
    const id = options.nextRequestId()
    const route = request.routeOptions?.url ?? 'unknown'
    options.notify(createRefusedRecord(id, route, shown, request.clientKey?.name ?? null))
    const retryAfter = findRetryAfter(shown)
    if (retryAfter !== null) reply.header('retry-after', retryAfter)
    reply
      .code(shown.status)
      .headers(errorIdHeaders(id))
      .send(options.formatError(shown, id, request))
  }
}

/** An error of the gateway's own carries its id under the name that OpenAI's clients show, too. */
export function errorIdHeaders(id: string): Readonly<Record<string, string>> {
  return { 'x-routellm-request-id': id, 'x-request-id': id }
}

/** Converts Fastify's own errors, such as a body over the limit. */
function toHttpError(error: unknown, bodyLimit: string): RouteLLMError {
  if (error instanceof RouteLLMError || !(error instanceof Error)) return toPublicError(error)
  const code = 'code' in error ? String(error.code) : ''
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const message = `The request body is larger than the limit of ${bodyLimit}.`
    return new InvalidRequestError('body-too-large', message, { status: 413 })
  }
  if (status >= 400 && status < 500) {
    return new InvalidRequestError('bad-request', error.message, { status, cause: error })
  }
  return toPublicError(error)
}

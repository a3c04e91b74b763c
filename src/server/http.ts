import Fastify from 'fastify'
import { InvalidRequestError } from '../errors.ts'
import { errorBody } from '../gateway/protocols/chat-completions/error-body.ts'
import { adminPlugin } from './admin/plugin.ts'
import { createClientAuth } from './client-auth.ts'
import { createErrorResponder } from './http-error.ts'
import type { ExchangeContext } from './inference/exchange.ts'
import { inferencePlugin } from './inference/plugin.ts'
import type { Metrics } from './operations/metrics/metrics.ts'
import { operationsPlugin } from './operations/plugin.ts'

export type HttpAppOptions = {
  readonly clientKeys: readonly string[]
  readonly forwardClientKey: boolean
  readonly bodyLimitBytes: number
  readonly keepAliveTimeoutMs: number
  readonly isClosing: () => boolean
}

const requestTimeoutMs = 300_000

/**
 * The HTTP application: one scope for inference, one for operations and one for administration, each with its own
 * routes, authentication, body parsing and error form.
 */
export function createHttpApp(context: ExchangeContext, metrics: Metrics, options: HttpAppOptions) {
  const { bodyLimitBytes, clientKeys, forwardClientKey, isClosing } = options
  const { log, notify } = context
  const respondInOpenAIForm = createErrorResponder({
    log,
    notify,
    bodyLimit: `${bodyLimitBytes} bytes (server.bodyLimitBytes)`,
    formatError: errorBody,
  })
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    return503OnClosing: false,
    frameworkErrors: respondInOpenAIForm,
    clientErrorHandler(error, socket) {
      if (!socket.writable) return
      const body = JSON.stringify(
        errorBody(new InvalidRequestError('bad-http', `Not valid HTTP: ${error.message}`)),
      )
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    },
  })
  const authenticate = clientKeys.length === 0 ? null : createClientAuth(clientKeys, forwardClientKey)
  app.register(inferencePlugin, {
    context,
    authenticate,
    forwardClientKey,
    isClosing,
    respondWithError: respondInOpenAIForm,
  })
  app.register(operationsPlugin, { metrics, authenticate, isClosing, respondWithError: respondInOpenAIForm })
  app.register(adminPlugin, { prefix: '/admin/api', log, notify })
  return app
}

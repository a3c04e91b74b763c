import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { InvalidRequestError, RouteLLMError } from '../errors.ts'
import { errorBody, publicError } from '../gateway/protocols/chat-completions/error-body.ts'
import { version } from '../version.ts'
import { createClientAuth } from './client-auth.ts'
import { endpoints, passThroughPaths } from './endpoints.ts'
import type { ExchangeContext } from './inference/exchange.ts'
import { chatCompletions, type InferenceHandler, passThrough, routeOnly } from './inference/inference.ts'
import { expositionContentType } from './operations/metrics/exposition.ts'

export type HttpAppOptions = {
  readonly clientKeys: readonly string[]
  readonly forwardClientKey: boolean
  readonly bodyLimitBytes: number
  readonly keepAliveTimeoutMs: number
  readonly isClosing: () => boolean
}

/** Probes must answer without a key. */
const openPaths: ReadonlySet<string> = new Set(['/health', '/ready'])
const requestTimeoutMs = 300_000

/** Fastify with every route of the gateway; inference routes take the reply over and write to the raw response. */
export function createHttpApp(context: ExchangeContext, options: HttpAppOptions) {
  const { bodyLimitBytes, forwardClientKey, isClosing } = options
  const app = Fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: options.keepAliveTimeoutMs,
    requestTimeout: requestTimeoutMs,
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
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

  function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const shown = httpError(error, bodyLimitBytes)
    if (shown.code === 'internal-error') {
      const problem = error instanceof Error ? (error.stack ?? error.message) : String(error)
      context.log.error({ route: request.routeOptions?.url, problem }, 'a request failed')
    }
    context.metrics.requestOver(request.routeOptions?.url ?? 'unknown', '', shown.status)
    reply.code(shown.status).send(errorBody(shown))
  }

  app.setErrorHandler((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    const error = notServed(request.method, request.url)
    if (error.status === 405) reply.header('allow', endpoints.get(pathOf(request.url)) ?? 'GET')
    sendError(error, request, reply)
  })

  // The body goes upstream as it came, so whatever its content type says it stays bytes here.
  app.removeAllContentTypeParsers()
  // JSON by its name too, because Fastify remembers which parser a named type has, and not which '*' has.
  for (const contentType of ['application/json', '*']) {
    app.addContentTypeParser(contentType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  }

  if (options.clientKeys.length > 0) {
    const authenticate = createClientAuth(options.clientKeys, forwardClientKey)
    app.addHook('onRequest', (request, _reply, done) => {
      const isOpen = openPaths.has(pathOf(request.url))
      done((isOpen ? null : authenticate(request.headers)) ?? undefined)
    })
  }

  function post(path: string, handle: InferenceHandler): void {
    app.post(path, (request: FastifyRequest<{ Body: Buffer | undefined }>, reply) => {
      if (isClosing()) throw shuttingDown()
      reply.hijack()
      handle(request.raw, reply.raw, request.body)
    })
  }
  post('/v1/chat/completions', chatCompletions(context, forwardClientKey))
  post('/v1/route', routeOnly(context))
  for (const path of passThroughPaths) post(`/v1${path}`, passThrough(context, path, forwardClientKey))

  const created = Math.floor(Date.now() / 1000)
  const listModels = () =>
    context.gateway.models().map(({ id, ownedBy }) => ({ id, object: 'model', created, owned_by: ownedBy }))
  app.get('/v1/models', () => ({ object: 'list', data: listModels() }))
  app.get('/v1/models/*', (request: FastifyRequest<{ Params: { '*': string } }>) => {
    const id = request.params['*']
    const model = listModels().find((listed) => listed.id === id)
    if (model !== undefined) return model
    const message = `The model ${JSON.stringify(id)} is not listed here; GET /v1/models lists them.`
    throw new InvalidRequestError('model-not-found', message, { status: 404, param: 'model' })
  })
  app.get('/health', () => ({ status: 'ok', version }))
  app.get('/ready', (_request, reply) => {
    if (isClosing()) reply.code(503)
    return { status: isClosing() ? 'draining' : 'ready' }
  })
  app.get('/metrics', (_request, reply) => {
    reply.header('content-type', expositionContentType)
    return context.metrics.render()
  })
  return app
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query === -1 ? url : url.slice(0, query)
}

function notServed(method: string, url: string): InvalidRequestError {
  const path = pathOf(url)
  const allowed = endpoints.get(path)
  const shownPath = path.length > 200 ? `${path.slice(0, 200)}…` : path
  if (allowed !== undefined) {
    const message = `${shownPath} takes ${allowed}, not ${method}.`
    return new InvalidRequestError('method-not-allowed', message, { status: 405 })
  }
  const served = [...endpoints].map(([known, verb]) => `${verb} ${known}`).join(', ')
  return new InvalidRequestError('unknown-url', `There is no ${method} ${shownPath}. Served: ${served}.`, {
    status: 404,
  })
}

function shuttingDown(): RouteLLMError {
  return new RouteLLMError('shutting-down', 'The gateway is shutting down; try again.', { status: 503 })
}

/** Fastify's own errors (a body too large, a bad length) in ours. */
function httpError(error: unknown, bodyLimitBytes: number): RouteLLMError {
  if (error instanceof RouteLLMError || !(error instanceof Error)) return publicError(error)
  const code = 'code' in error ? String(error.code) : ''
  const status = 'statusCode' in error ? Number(error.statusCode) : 500
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const message = `The request body is larger than the limit of ${bodyLimitBytes} bytes (server.bodyLimitBytes).`
    return new InvalidRequestError('body-too-large', message, { status: 413 })
  }
  if (status >= 400 && status < 500) {
    return new InvalidRequestError('bad-request', error.message, { status, cause: error })
  }
  return publicError(error)
}

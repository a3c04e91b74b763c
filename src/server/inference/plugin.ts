import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { chatCompletions } from '../../gateway/protocols/chat-completions/protocol.ts'
import { protocols } from '../../gateway/protocols/registry.ts'
import type { OnRequest } from '../access/hooks.ts'
import { toUtf8 } from '../body/to-utf8.ts'
import { createNotServed, endpoints, parsePath } from '../endpoints.ts'
import { isAnthropicClient } from '../error-form.ts'
import type { ErrorResponder } from '../http-error.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { createInferenceHandler, createRouteHandler, type InferenceHandler } from './inference.ts'
import { createAnthropicModelList, createOpenAIModelList } from './model-list.ts'
import { shuttingDown } from './own-requests.ts'
import { openClientReply } from './reply/client-reply.ts'
import { answerStoredRequest, parseStoredRequest } from './stored/stored-responses.ts'

export type InferenceOptions = {
  readonly context: ExchangeContext
  readonly requireKey: OnRequest
  /** Whether no key is needed. */
  readonly isKeyless: boolean
  readonly forwardClientKey: boolean
  readonly isClosing: () => boolean
  /** What answers a request whose body arrives after this gateway is no longer in use; null while it is. */
  readonly successor: () => ExchangeContext | null
  readonly respondWithError: ErrorResponder
}

/**
 * The routes that clients of a model use, and every path that no other scope serves. The body of a request stays
 * bytes for every content type, because it goes upstream unchanged if it is plain UTF-8. Handlers take the reply over from Fastify
 * and write to the raw response.
 */
export const inferencePlugin: FastifyPluginCallback<InferenceOptions> = (app, options, done) => {
  const { context, requireKey, isKeyless, forwardClientKey, isClosing, successor, respondWithError } = options

  app.removeAllContentTypeParsers()
  // JSON by its name too: Fastify caches the parser of a named type and searches for '*' on every request.
  for (const contentType of ['application/json', '*']) {
    app.addContentTypeParser(contentType, { parseAs: 'buffer' }, (request, body, parsed) =>
      parsed(null, toUtf8(body as Buffer, request.headers['content-type'])),
    )
  }
  app.setErrorHandler(respondWithError)
  const refuseUnserved = (request: FastifyRequest, reply: FastifyReply) => {
    const error = createNotServed(request.method, request.url, endpoints)
    if (error.status === 405) reply.header('allow', endpoints.get(parsePath(request.url)) ?? 'GET')
    respondWithError(error, request, reply)
  }
  app.setNotFoundHandler(refuseUnserved)
  app.addHook('onRequest', requireKey)

  function post(path: string, createHandler: (context: ExchangeContext) => InferenceHandler): void {
    const handle = createHandler(context)
    app.post(path, (request: FastifyRequest<{ Body: Buffer | undefined }>, reply) => {
      if (isClosing()) throw shuttingDown()
      reply.hijack()
      const next = successor()
      const answer = next === null ? handle : createHandler(next)
      answer(request.raw, openClientReply(reply.raw), request.body, request.clientKey)
    })
  }
  for (const protocol of protocols) {
    for (const path of protocol.paths) {
      post(`/v1${path}`, (used) => createInferenceHandler(used, protocol, path, forwardClientKey, isKeyless))
    }
  }
  post('/v1/route', (used) => createRouteHandler(used, chatCompletions))

  const answerStored = (request: FastifyRequest<{ Params: { '*': string } }>, reply: FastifyReply) => {
    const asked = parseStoredRequest(request.method, request.params['*'])
    if (asked === undefined || endpoints.has(parsePath(request.url))) {
      refuseUnserved(request, reply)
      return
    }
    if (isClosing()) throw shuttingDown()
    reply.hijack()
    answerStoredRequest(
      successor() ?? context,
      asked,
      { request: request.raw, openReply: openClientReply(reply.raw) },
      { forwardClientKey, isKeyless, key: request.clientKey },
    )
  }
  app.get('/v1/responses/*', answerStored)
  app.delete('/v1/responses/*', answerStored)
  app.post('/v1/responses/*', answerStored)

  const created = Math.floor(Date.now() / 1000)
  const openAIModels = createOpenAIModelList(context.gateway, created)
  const anthropicModels = createAnthropicModelList(context.gateway, created)
  const modelsFor = ({ headers }: FastifyRequest) =>
    isAnthropicClient(headers) ? anthropicModels : openAIModels
  app.get('/v1/models', (request) => modelsFor(request).list(request.clientKey))
  app.get('/v1/models/*', (request: FastifyRequest<{ Params: { '*': string } }>) =>
    modelsFor(request).find(request.params['*'], request.clientKey),
  )
  done()
}

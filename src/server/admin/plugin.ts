import type { FastifyPluginCallback } from 'fastify'
import { InvalidRequestError, type RouteLLMError } from '../../errors.ts'
import type { RequestObserver } from '../../gateway/request-record.ts'
import type { OnRequest } from '../access/hooks.ts'
import { parsePath } from '../endpoints.ts'
import { createErrorResponder } from '../http-error.ts'
import type { ServerLog } from '../inference/exchange.ts'

export type AdminOptions = {
  readonly log: ServerLog
  readonly notify: RequestObserver
  readonly nextRequestId: () => string
  /** Refuses web pages of other origins, whether or not clients need keys. */
  readonly access: OnRequest
}

/** Settings, not prompts: a body of this scope is small. */
const bodyLimitBytes = 1 << 20

/** The administration API. It parses JSON bodies and answers with errors of its own form; it has no route yet. */
export const adminPlugin: FastifyPluginCallback<AdminOptions> = (app, options, done) => {
  const { log, notify, nextRequestId, access } = options
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: bodyLimitBytes },
    app.getDefaultJsonParser('error', 'error'),
  )
  const respondWithError = createErrorResponder({
    log,
    notify,
    nextRequestId,
    bodyLimit: `${bodyLimitBytes} bytes`,
    formatError: adminErrorBody,
  })
  app.setErrorHandler(respondWithError)
  app.addHook('onRequest', access)
  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${parsePath(request.url).slice(0, 200)}.`
    respondWithError(new InvalidRequestError('unknown-url', message, { status: 404 }), request, reply)
  })
  done()
}

/** `{"error": {"code", "message", "param"}}`. */
function adminErrorBody({ code, message, param }: RouteLLMError): object {
  return { error: { code: code.replaceAll('-', '_'), message, param } }
}

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginCallback } from 'fastify'
import { InvalidRequestError, type RouteLLMError } from '../../errors.ts'
import type { RequestObserver } from '../../gateway/request-record.ts'
import type { OnRequest } from '../access/hooks.ts'
import { parsePath } from '../endpoints.ts'
import { createErrorResponder } from '../http-error.ts'
import type { ServerLog } from '../inference/exchange.ts'

/** What the administration API can do. */
export type AdminActions = {
  /** Opens it, as `Authorization: Bearer <token>`. Absent: nothing opens it. */
  readonly token?: string
  /** Reads the configuration again; resolves to what became of it. Absent: there is none to read. */
  reload?(): Promise<
    | { readonly kind: 'reloaded'; readonly source: string; readonly models: number }
    | { readonly kind: 'kept'; readonly problem: string }
  >
}

export type AdminOptions = {
  readonly actions: AdminActions
  readonly log: ServerLog
  readonly notify: RequestObserver
  readonly nextRequestId: () => string
  /** Refuses web pages of other origins, whether or not clients need keys. */
  readonly access: OnRequest
}

/** Settings, not prompts: a body of this scope is small. */
const bodyLimitBytes = 1 << 20

/** The administration API. It parses JSON bodies and answers with errors of its own form; every route needs the token. */
export const adminPlugin: FastifyPluginCallback<AdminOptions> = (app, options, done) => {
  const { log, notify, nextRequestId, access, actions } = options
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
  app.addHook('onRequest', createTokenHook(actions.token))
  const { reload } = actions
  if (reload !== undefined)
    app.post('/reload', async () => {
      const outcome = await reload.call(actions)
      if (outcome.kind === 'reloaded') return { source: outcome.source, models: outcome.models }
      throw new InvalidRequestError(
        'not-reloaded',
        `The configuration was not reloaded, and the one before stays: ${outcome.problem}`,
        { status: 409 },
      )
    })
  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${parsePath(request.url).slice(0, 200)}.`
    respondWithError(new InvalidRequestError('unknown-url', message, { status: 404 }), request, reply)
  })
  done()
}

/** Compares in constant time. Without a token nobody gets in. */
function createTokenHook(token: string | undefined): OnRequest {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const expected = token === undefined ? null : digest(token)
  return ({ headers }, _reply, next) => {
    const presented = /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? ''
    if (expected !== null && timingSafeEqual(digest(presented), expected)) next()
    else
      next(
        new InvalidRequestError(
          'admin-token-required',
          token === undefined
            ? 'The administration API is closed. Start the server with the environment variable ROUTELLM_ADMIN_TOKEN to open it.'
            : 'Send the token of ROUTELLM_ADMIN_TOKEN as Authorization: Bearer <token>.',
          { status: 401 },
        ),
      )
  }
}

/** `{"error": {"code", "message", "param"}}`. */
function adminErrorBody({ code, message, param }: RouteLLMError): object {
  return { error: { code: code.replaceAll('-', '_'), message, param } }
}

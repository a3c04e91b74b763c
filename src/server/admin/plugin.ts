import type { FastifyPluginCallback } from 'fastify'
import { InvalidRequestError, type RouteLLMError } from '../../errors.ts'
import type { RequestObserver } from '../../gateway/request-record.ts'
import type { OnRequest } from '../access/hooks.ts'
import { parsePath } from '../endpoints.ts'
import { createErrorResponder } from '../http-error.ts'
import type { ServerLog } from '../inference/exchange-context.ts'
import type { AdminAccess } from './access/admin-access.ts'
import { createAdminHook } from './access/hook.ts'
import { addSessionRoutes } from './access/routes.ts'
import type { AdminActions } from './actions/admin-actions.ts'
import type { ApiContext } from './api/api-context.ts'
import { addApiRoutes } from './api/routes.ts'

export type AdminOptions = {
  readonly actions: AdminActions
  readonly adminAccess: AdminAccess
  readonly api: ApiContext
  readonly log: ServerLog
  readonly notify: RequestObserver
  readonly nextRequestId: () => string
  /** Refuses web pages of other origins, whether or not clients need keys. */
  readonly access: OnRequest
}

/** Settings, not prompts: a body of this scope is small. */
const bodyLimitBytes = 1 << 20

/** The administration API. It parses JSON bodies and answers with errors of its own form; every route but `session` needs the token or a session. */
export const adminPlugin: FastifyPluginCallback<AdminOptions> = (app, options, done) => {
  const { log, notify, nextRequestId, access, actions, adminAccess, api } = options
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
  app.addHook('onRequest', createAdminHook(adminAccess, `${app.prefix}/session`))
  addSessionRoutes(app, adminAccess)
  addApiRoutes(app, api)
  const { reload, status } = actions
  if (status !== undefined) app.get('/status', () => status.call(actions))
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

/** `{"error": {"code", "message", "param"}}`. */
export function adminErrorBody({ code, message, param }: RouteLLMError): object {
  return { error: { code: code.replaceAll('-', '_'), message, param } }
}

import type { FastifyPluginCallback } from 'fastify'
import { InvalidRequestError, type RouteLLMError } from '../../errors.ts'
import type { RequestObserver } from '../../gateway/request-record.ts'
import type { SavingBasis } from '../../gateway/savings/saving-basis.ts'
import type { StoreReader } from '../../store/reader/store-reader.ts'
import type { OnRequest } from '../access/hooks.ts'
import { parsePath } from '../endpoints.ts'
import { createErrorResponder } from '../http-error.ts'
import type { ServerLog } from '../inference/exchange.ts'
import type { AdminAccess } from './access/admin-access.ts'
import { createAdminHook } from './access/hook.ts'
import { addSessionRoutes } from './access/routes.ts'
import type { ApiContext } from './api/api-context.ts'
import { addApiRoutes } from './api/routes.ts'
import type { AdminStatus } from './status.ts'

/** What the administration API can do. */
export type AdminActions = {
  /** Opens it, as `Authorization: Bearer <token>`. Absent: only codes of `createAdminCode` do. */
  readonly token?: string
  /** Reads the store for the page. Its owner closes it after the server. Absent: no requests are kept. */
  readonly reader?: StoreReader
  /** What is in service and what is tried. Absent: nobody knows. */
  status?(): AdminStatus
  /** What savings are computed with; see `ApiContext`. Absent: the page shows none. */
  createSavingBasis?(baseline: string | undefined): SavingBasis
  /** Reads the configuration again; resolves to what became of it. Absent: there is none to read. */
  reload?(): Promise<
    | { readonly kind: 'reloaded'; readonly source: string; readonly models: number }
    | { readonly kind: 'kept'; readonly problem: string }
  >
}

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

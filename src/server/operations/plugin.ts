import type { FastifyPluginCallback } from 'fastify'
import { version } from '../../version.ts'
import type { Authenticate } from '../client-auth.ts'
import { parsePath } from '../endpoints.ts'
import type { ErrorResponder } from '../http-error.ts'
import { expositionContentType } from './metrics/exposition.ts'
import type { Metrics } from './metrics/metrics.ts'

export type OperationsOptions = {
  readonly metrics: Metrics
  /** Null: no key is needed. */
  readonly authenticate: Authenticate | null
  readonly isClosing: () => boolean
  readonly respondWithError: ErrorResponder
}

/** Probes have no key. */
export const openPaths: ReadonlySet<string> = new Set(['/health', '/ready'])

/** The routes of those who run the server: health, readiness and metrics. They read no body. */
export const operationsPlugin: FastifyPluginCallback<OperationsOptions> = (app, options, done) => {
  const { metrics, authenticate, isClosing, respondWithError } = options
  app.removeAllContentTypeParsers()
  app.setErrorHandler(respondWithError)
  if (authenticate !== null) {
    app.addHook('onRequest', (request, _reply, next) => {
      next((openPaths.has(parsePath(request.url)) ? null : authenticate(request.headers)) ?? undefined)
    })
  }
  app.get('/health', () => ({ status: 'ok', version }))
  app.get('/ready', (_request, reply) => {
    if (isClosing()) reply.code(503)
    return { status: isClosing() ? 'draining' : 'ready' }
  })
  app.get('/metrics', (_request, reply) => {
    reply.header('content-type', expositionContentType)
    return metrics.render()
  })
  done()
}

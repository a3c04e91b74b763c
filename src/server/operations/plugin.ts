import type { FastifyPluginCallback } from 'fastify'
import { version } from '../../version.ts'
import type { OnRequest } from '../access/hooks.ts'
import type { ErrorResponder } from '../http-error.ts'
import { expositionContentType } from './metrics/exposition.ts'
import type { Metrics } from './metrics/metrics.ts'

export type OperationsOptions = {
  readonly metrics: Metrics
  readonly requireKey: OnRequest
  readonly isReady: () => boolean
  readonly respondWithError: ErrorResponder
}

/** The routes of those who run the server: health, readiness and metrics. They read no body. */
export const operationsPlugin: FastifyPluginCallback<OperationsOptions> = (app, options, done) => {
  const { metrics, requireKey, isReady, respondWithError } = options
  app.removeAllContentTypeParsers()
  app.setErrorHandler(respondWithError)
  app.addHook('onRequest', requireKey)
  app.get('/health', () => ({ status: 'ok', version }))
  app.get('/ready', (_request, reply) => {
    if (!isReady()) reply.code(503)
    return { status: isReady() ? 'ready' : 'draining' }
  })
  app.get('/metrics', (_request, reply) => {
    reply.header('content-type', expositionContentType)
    return metrics.render()
  })
  done()
}

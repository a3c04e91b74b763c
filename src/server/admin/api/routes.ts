import type { FastifyInstance } from 'fastify'
import type { ApiContext } from './api-context.ts'
import { addLiveRoute } from './live.ts'
import { addOverviewRoute } from './overview.ts'
import { addRequestRoutes } from './requests.ts'
import { addSavingRoute } from './saving.ts'
import { addWhatIfRoute } from './what-if.ts'

/** The routes that the page asks. Each has a file, which exports the type of its answer. */
export function addApiRoutes(app: FastifyInstance, context: ApiContext): void {
  app.addHook('onSend', (_request, reply, _payload, next) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    next()
  })
  addOverviewRoute(app, context)
  addSavingRoute(app, context)
  addRequestRoutes(app, context)
  addLiveRoute(app, context)
  addWhatIfRoute(app, context)
}

import type { FastifyInstance } from 'fastify'
import type { ApiContext } from './api-context.ts'
import { addCurveRoutes } from './curve/routes.ts'
import { addEnergyRoute } from './energy.ts'
import { addKeyRoutes } from './keys/routes.ts'
import { addLabelRoutes } from './label/routes.ts'
import { addLiveRoute } from './live.ts'
import { addOverviewRoute } from './overview.ts'
import { addPlaygroundRoutes } from './playground/routes.ts'
import { addRequestTextRoutes } from './request-texts.ts'
import { addRequestRoutes } from './requests.ts'
import { addLearnRoutes } from './routers/learn-routes.ts'
import { addRouterRoutes } from './routers/routes.ts'
import { addSavingRoute } from './saving.ts'
import { addSessionViewRoutes } from './sessions/routes.ts'
import { addWhatIfRoute } from './what-if.ts'

/** The routes that the page asks. Each has a file, which exports the type of its answer. */
export function addApiRoutes(app: FastifyInstance, context: ApiContext): void {
  app.addHook('onSend', (_request, reply, _payload, next) => {
    reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
    next()
  })
  addOverviewRoute(app, context)
  addSavingRoute(app, context)
  addEnergyRoute(app, context)
  addRequestRoutes(app, context)
  addRequestTextRoutes(app, context)
  addLiveRoute(app, context)
  addWhatIfRoute(app, context)
  addCurveRoutes(app, context)
  addSessionViewRoutes(app, context)
  addLabelRoutes(app, context)
  addRouterRoutes(app, context)
  addPlaygroundRoutes(app, context)
  addKeyRoutes(app, context)
  addLearnRoutes(app, context)
}

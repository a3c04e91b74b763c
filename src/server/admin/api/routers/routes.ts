import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** The routes of the view Routers. */
export function addRouterRoutes(_app: FastifyInstance, _context: ApiContext): void {}

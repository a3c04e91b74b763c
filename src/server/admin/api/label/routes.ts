import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** The routes of the view Label. */
export function addLabelRoutes(_app: FastifyInstance, _context: ApiContext): void {}

import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** The routes of the view Keys. */
export function addKeyRoutes(_app: FastifyInstance, _context: ApiContext): void {}

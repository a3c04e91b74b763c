import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** The routes of the view Sessions. */
export function addSessionViewRoutes(_app: FastifyInstance, _context: ApiContext): void {}

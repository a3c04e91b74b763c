import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** The routes of the view Curve. */
export function addCurveRoutes(_app: FastifyInstance, _context: ApiContext): void {}

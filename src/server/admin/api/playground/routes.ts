import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** The routes of the view Playground. */
export function addPlaygroundRoutes(_app: FastifyInstance, _context: ApiContext): void {}

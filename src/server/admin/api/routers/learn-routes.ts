import type { FastifyInstance } from 'fastify'
import type { ApiContext } from '../api-context.ts'

/** Runs of `learn`, and the difference of two versions. */
export function addLearnRoutes(_app: FastifyInstance, _context: ApiContext): void {}

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { StoreError } from '../../../errors.ts'
import type { Saving } from '../../../store/reader/answers.ts'
import { type ApiContext, needReader } from './api-context.ts'
import { abortWithClient } from './client-signal.ts'
import { overviewQuery } from './overview.ts'
import { parseQuery } from './parse.ts'

/** `GET /admin/api/saving` */
export type SavingAnswer = Saving & {
  /** Names of the models that can be the baseline. */
  readonly models: readonly string[]
}

const query = overviewQuery.safeExtend({ baseline: z.string().max(1000).optional() })

export function addSavingRoute(app: FastifyInstance, context: ApiContext): void {
  app.get('/saving', async (request, reply): Promise<SavingAnswer> => {
    const { baseline, ...filter } = parseQuery(query, request.query)
    const reader = needReader(context)
    const { createSavingBasis } = context
    if (createSavingBasis === null)
      throw new StoreError('store-off', 'This server has no prices to compute savings from.', { status: 404 })
    const basis = createSavingBasis(baseline)
    const saving = await reader.read('saving', { filter, basis }, abortWithClient(reply))
    return { models: basis.models.map(({ name }) => name), ...saving }
  })
}

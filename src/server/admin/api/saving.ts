import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { StoreError } from '../../../errors.ts'
import type { SavingBasis } from '../../../gateway/savings/saving-basis.ts'
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

export const savingQuery = overviewQuery.safeExtend({ baseline: z.string().max(1000).optional() })

export function addSavingRoute(app: FastifyInstance, context: ApiContext): void {
  app.get('/saving', async (request, reply): Promise<SavingAnswer> => {
    const { baseline, ...filter } = parseQuery(savingQuery, request.query)
    const reader = needReader(context)
    const basis = needSavingBasis(context, baseline)
    const saving = await reader.read('saving', { filter, basis }, abortWithClient(reply))
    return { models: basis.models.map(({ name }) => name), ...saving }
  })
}

/** @throws StoreError `store-off` (404) if the server knows no prices. */
export function needSavingBasis(
  { createSavingBasis }: ApiContext,
  baseline: string | undefined,
): SavingBasis {
  if (createSavingBasis === null)
    throw new StoreError('store-off', 'This server has no prices to compute savings from.', { status: 404 })
  return createSavingBasis(baseline)
}

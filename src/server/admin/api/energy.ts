import type { FastifyInstance } from 'fastify'
import { type EnergyEstimate, estimateEnergy } from '../../../gateway/energy/estimate-energy.ts'
import { type ApiContext, needReader } from './api-context.ts'
import { abortWithClient } from './client-signal.ts'
import { parseQuery } from './parse.ts'
import { needSavingBasis, savingQuery } from './saving.ts'

/** `GET /admin/api/energy`: null if no model has `energy`. */
export type EnergyAnswer = { readonly estimate: EnergyEstimate | null }

export function addEnergyRoute(app: FastifyInstance, context: ApiContext): void {
  app.get('/energy', async (request, reply): Promise<EnergyAnswer> => {
    const { baseline, ...filter } = parseQuery(savingQuery, request.query)
    const reader = needReader(context)
    const basis = needSavingBasis(context, baseline)
    const rows = await reader.read('tokens', filter, abortWithClient(reply))
    return { estimate: estimateEnergy(rows, basis) }
  })
}

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Failures } from '../../../store/reader/answers/failures.ts'
import type { LatencyAnswer, Names, Usage } from '../../../store/reader/answers.ts'
import { type ApiContext, needReader } from './api-context.ts'
import { abortWithClient } from './client-signal.ts'
import { parseQuery } from './parse.ts'

/** `GET /admin/api/overview` */
export type OverviewAnswer = {
  readonly from: number
  readonly to: number
  readonly usage: Usage
  readonly latency: LatencyAnswer
  readonly failures: Failures
}

/** `GET /admin/api/names`: what the requests of a time can be filtered by. */
export type NamesAnswer = Names

export const wholeTime = z.coerce.number().int().min(0).max(8.64e15)
/** A name to filter by; the empty one stands for requests without. */
export const filterName = z.string().max(1000).optional()

const span = z.strictObject({ from: wholeTime, to: wholeTime })
export const overviewQuery = z
  .strictObject({
    from: wholeTime,
    to: wholeTime,
    key: filterName,
    tag: filterName,
    policy: filterName,
    model: filterName,
  })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be after from' })

export function addOverviewRoute(app: FastifyInstance, context: ApiContext): void {
  app.get('/overview', async (request, reply): Promise<OverviewAnswer> => {
    const filter = parseQuery(overviewQuery, request.query)
    const reader = needReader(context)
    const signal = abortWithClient(reply)
    const [usage, latency, failures] = await Promise.all([
      reader.read('usage', filter, signal),
      reader.read('latency', filter, signal),
      reader.read('failures', filter, signal),
    ])
    return { from: filter.from, to: filter.to, usage, latency, failures }
  })
  app.get('/names', async (request, reply): Promise<NamesAnswer> => {
    const filter = parseQuery(span, request.query)
    return needReader(context).read('names', filter, abortWithClient(reply))
  })
}

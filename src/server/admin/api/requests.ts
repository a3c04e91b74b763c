import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { gatewayCodes } from '../../../error-codes.ts'
import { InvalidRequestError } from '../../../errors.ts'
import { findDecider, type SwitchDecider } from '../../../gateway/savings/sessions/session-costs.ts'
import { findCallUsd } from '../../../routing/catalogue/expected-cost.ts'
import type { RequestPage, RequestTrace } from '../../../store/reader/answers.ts'
import { type ApiContext, needReader } from './api-context.ts'
import { abortWithClient } from './client-signal.ts'
import { filterName } from './overview.ts'
import { parseQuery } from './parse.ts'

/** `GET /admin/api/requests` */
export type RequestsAnswer = RequestPage
/** `GET /admin/api/requests/<id>` */
export type RequestAnswer = RequestTrace & {
  /** What its tokens, none of them from a cache, cost at the prices of today. Without candidates, prices or tokens: empty. */
  readonly tokensUsd: readonly { readonly model: string; readonly usd: number | null }[]
  readonly decidedBy: SwitchDecider
  /** Of its policy, by the configuration of today; null if it has no policy of that name. */
  readonly policyKind: string | null
  /** What `error` means; null without one, or for one of another package. */
  readonly errorMeaning: string | null
}

const whole = z.coerce.number().int().min(0).max(8.64e15)
/** Which requests. */
export const requestFilter = {
  from: whole.optional(),
  to: whole.optional(),
  key: filterName,
  tag: filterName,
  policy: filterName,
  model: filterName,
  task: filterName,
  session: filterName,
  id: filterName,
  status: z.union([z.enum(['ok', 'error']), whole]).optional(),
  fallback: z
    .enum(['true'])
    .transform(() => true)
    .optional(),
  before: whole.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
}
const query = z.strictObject(requestFilter)

export function addRequestRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/requests', async (request, reply): Promise<RequestsAnswer> => {
    const filter = parseQuery(query, request.query)
    return needReader(context).read('requests', filter, abortWithClient(reply))
  })
  app.get<{ Params: { id: string } }>('/requests/:id', async (request, reply): Promise<RequestAnswer> => {
    const found = await readTrace(context, request.params.id, abortWithClient(reply))
    return {
      tokensUsd: priceTokens(found, context),
      decidedBy: findDecider(found),
      policyKind: findPolicyKind(found, context),
      errorMeaning: findMeaning(found.error),
      ...found,
    }
  })
}

function findPolicyKind({ policy }: RequestTrace, { lock }: ApiContext): string | null {
  if (policy === null || lock === null) return null
  const isIt = (each: { readonly name: string }) => each.name === policy
  return (lock.list().find((each) => each.policy === policy) ?? lock.others().find(isIt))?.kind ?? null
}

/** Without the marks of code in the documentation. */
function findMeaning(error: string | null): string | null {
  const found = Object.entries(gatewayCodes).find(([code]) => code === error)
  return found === undefined ? null : found[1][1].replaceAll('`', '')
}

function priceTokens(
  { candidates, inputTokens, outputTokens }: RequestTrace,
  { createSavingBasis }: ApiContext,
): RequestAnswer['tokensUsd'] {
  if (inputTokens === null || outputTokens === null || candidates.length === 0) return []
  const models = createSavingBasis?.(undefined).models ?? []
  return candidates.flatMap(({ model: name }) => {
    const model = models.find((each) => each.name === name)
    if (model === undefined) return []
    return [{ model: name, usd: findCallUsd(model, { inputTokens, cachedTokens: 0, outputTokens }) }]
  })
}

/** @throws InvalidRequestError `unknown-request` (404) if it is not kept. */
export async function readTrace(
  context: ApiContext,
  id: string,
  signal?: AbortSignal,
): Promise<RequestTrace> {
  const reader = needReader(context)
  const found = await reader.read('request', { id }, signal)
  if (found !== null) return found
  // It may have finished a moment ago: the keeper waits until the database has all that was kept.
  const kept = await context.keeper?.findRequest(id)
  const now =
    kept === null || kept === undefined ? null : await reader.read('request', { id: kept.id }, signal)
  if (now !== null) return now
  throw new InvalidRequestError(
    'unknown-request',
    `The store has no request ${JSON.stringify(id.slice(0, 100))}. Give the x-routellm-request-id or the x-request-id of its reply; an old one may have been removed (store.days, store.bytes).`,
    { status: 404 },
  )
}

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { RouteLLMError } from '../../../../errors.ts'
import {
  type BudgetOutlook,
  findBudgetOutlook,
} from '../../../../gateway/accounts/forecast/find-budget-outlook.ts'
import type { KeyCost, KeyUsage } from '../../../../store/reader/answers/keys.ts'
import { pageActor } from '../../../../store/records/types/audit.ts'
import type { RevokedKey } from '../../../access/revoked-keys.ts'
import type { CreatedKey, KeyActions, KeyChange, KeyList } from '../../actions/key-actions.ts'
import { type ApiContext, needReader } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { parseBody, parseQuery } from '../parse.ts'
import { shareCatchUp } from './share-catch-up.ts'

/** `GET /admin/api/keys` */
export type KeysAnswer = KeyList & {
  /** Names of keys that are refused with 401 because they were revoked or replaced since the server started. */
  readonly revoked: readonly RevokedKey[]
}
/** `GET /admin/api/keys/usage` */
export type KeyUsageAnswer = KeyUsage
/** `GET /admin/api/keys/cost` */
export type KeyCostAnswer = KeyCost & {
  /** Of the key, or of the gateway; null: it has none. */
  readonly usdPerDay: number | null
  readonly usdPerMonth: number | null
  /** Of the budget of the month; null if there is none, or if nothing is known. */
  readonly outlook: BudgetOutlook | null
}
/** `POST /admin/api/keys` */
export type CreateKeyAnswer = CreatedKey
/** `POST /admin/api/keys/change` and `POST /admin/api/keys/revoke` */
export type ChangeKeyAnswer = KeyChange

const name = z.string().max(1000)
const revision = z.string().max(100)
/** The settings themselves are those of `keys`, and checked as such. */
const change = z.strictObject({ name, revision, settings: z.record(z.string().max(100), z.unknown()) })
const removal = z.strictObject({ name, revision })
const keyQuery = z.strictObject({ key: name.min(1).optional() })

/** The routes of the view Keys. */
export function addKeyRoutes(app: FastifyInstance, context: ApiContext): void {
  const actor = pageActor
  const catchUp = context.catchUp === null ? null : shareCatchUp(context.catchUp)
  app.get('/keys', async (): Promise<KeysAnswer> => {
    const list = await needKeys(context).list()
    return { ...list, revoked: context.revokedKeys.list() }
  })
  app.get('/keys/usage', async (request, reply): Promise<KeyUsageAnswer> => {
    const { key = null } = parseQuery(keyQuery, request.query)
    const reader = needReader(context)
    await catchUp?.()
    return reader.read('keyUsage', { key, now: Date.now() }, abortWithClient(reply))
  })
  app.get('/keys/cost', async (request, reply): Promise<KeyCostAnswer> => {
    const { key = null } = parseQuery(keyQuery, request.query)
    const reader = needReader(context)
    await catchUp?.()
    const [list, cost] = await Promise.all([
      context.keys?.list() ?? null,
      reader.read('keyCost', { key, now: Date.now() }, abortWithClient(reply)),
    ])
    const { usdPerDay = null, usdPerMonth = null } =
      key === null
        ? { usdPerDay: list?.gatewayUsdPerDay ?? null }
        : (list?.keys.find((each) => each.name === key) ?? {})
    return { ...cost, usdPerDay, usdPerMonth, outlook: findOutlook(cost, usdPerMonth) }
  })
  app.post(
    '/keys',
    (request): Promise<CreateKeyAnswer> =>
      needKeys(context).create({ ...parseBody(change, request.body), actor }),
  )
  app.post(
    '/keys/change',
    (request): Promise<ChangeKeyAnswer> =>
      needKeys(context).change({ ...parseBody(change, request.body), actor }),
  )
  app.post(
    '/keys/revoke',
    (request): Promise<ChangeKeyAnswer> =>
      needKeys(context).revoke({ ...parseBody(removal, request.body), actor }),
  )
}

function findOutlook(
  { forecast, monthUsd, todayUsd, today, monthEnd }: KeyCost,
  limitUsd: number | null,
): BudgetOutlook | null {
  if (limitUsd === null) return null
  const daysLeft = Math.round((monthEnd - today) / 86_400_000)
  return findBudgetOutlook(forecast, { limitUsd, spentUsd: monthUsd, spentTodayUsd: todayUsd, daysLeft })
}

/** @throws RouteLLMError `keys-fixed` (409) for a server that was not started by `routellm serve`. */
function needKeys({ keys }: ApiContext): KeyActions {
  if (keys !== null) return keys
  throw new RouteLLMError(
    'keys-fixed',
    'The keys of this server are given by the program that has started it, and are changed there.',
    { status: 409 },
  )
}

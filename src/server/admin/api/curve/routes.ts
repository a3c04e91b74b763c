import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { nearestHint } from '../../../../base/settings/nearest-name.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import type { ThresholdPolicy } from '../../../../gateway/savings/threshold-policies.ts'
import type { Curve, CurveMoves, CurveQuery } from '../../../../store/reader/answers/curve.ts'
import type { LockChange } from '../../actions/lock-actions.ts'
import { type ApiContext, needReader, pageActor } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { overviewQuery } from '../overview.ts'
import { parseBody, parseQuery } from '../parse.ts'

/** `GET /admin/api/curve/policies` */
export type CurvePoliciesAnswer = readonly CurvePolicy[]
export type CurvePolicy = Omit<ThresholdPolicy, 'models'> & {
  /** Of a pair the strong one first. */
  readonly models: readonly string[]
  /** Whether `POST /admin/api/curve` can put another setting in service. */
  readonly canApply: boolean
}

/** `GET /admin/api/curve` */
export type CurveAnswer = Curve & { readonly policy: CurvePolicy }
/** `GET /admin/api/curve/moves` */
export type CurveMovesAnswer = CurveMoves
/** `POST /admin/api/curve` */
export type ApplyAnswer = LockChange

const { model: _model, ...filter } = overviewQuery.shape
const query = z
  .strictObject({ ...filter, policy: z.string().min(1).max(1000) })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be after from' })
const setting = z.coerce.number().min(0).max(1e6)
const movesQuery = query.safeExtend({ served: setting, setting })
const body = z.strictObject({ policy: z.string().max(1000), setting: z.number().min(0).max(1e6) })

/** The routes of the view Curve. */
export function addCurveRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get(
    '/curve/policies',
    (): CurvePoliciesAnswer => context.thresholdPolicies().map((policy) => toCurvePolicy(policy, context)),
  )
  app.get('/curve', async (request, reply): Promise<CurveAnswer> => {
    const { policy: name, ...given } = parseQuery(query, request.query)
    const policy = findPolicy(name, context)
    const curve = await needReader(context).read('curve', toQuery(policy, given), abortWithClient(reply))
    return { policy: toCurvePolicy(policy, context), ...curve }
  })
  app.get('/curve/moves', async (request, reply): Promise<CurveMovesAnswer> => {
    const { policy: name, served, setting: moved, ...given } = parseQuery(movesQuery, request.query)
    const policy = findPolicy(name, context)
    const asked = { ...toQuery(policy, given), served, setting: moved }
    return needReader(context).read('curveMoves', asked, abortWithClient(reply))
  })
  app.post('/curve', async (request): Promise<ApplyAnswer> => {
    const { policy: name, setting: threshold } = parseBody(body, request.body)
    const policy = findPolicy(name, context)
    if (context.lock === null || !canApply(policy, context))
      throw new InvalidRequestError(
        'not-changeable',
        `The ${policy.measure} of ${policy.name} cannot be changed here: this server follows no lock file for it. Change it in routellm.yaml.`,
        { status: 409 },
      )
    return context.lock.setThreshold({ policy: name, threshold, actor: pageActor })
  })
}

/** @throws InvalidRequestError `unknown-policy`. */
function findPolicy(name: string, { thresholdPolicies }: ApiContext): ThresholdPolicy {
  const policies = thresholdPolicies()
  const found = policies.find((policy) => policy.name === name)
  if (found !== undefined) return found
  const names = policies.map((policy) => policy.name)
  throw new InvalidRequestError(
    'unknown-policy',
    `No policy ${JSON.stringify(name.slice(0, 100))} compares a router's scores with a threshold or a tolerance.${nearestHint(name, names)}`,
    { param: 'policy' },
  )
}

function canApply({ name }: ThresholdPolicy, { lock }: ApiContext): boolean {
  return lock?.list().some((policy) => policy.name === name) === true
}

function toCurvePolicy({ models, ...policy }: ThresholdPolicy, context: ApiContext): CurvePolicy {
  const canBeApplied = canApply({ models, ...policy }, context)
  return { ...policy, models: models.map(({ name }) => name), canApply: canBeApplied }
}

type Given = Pick<CurveQuery, 'from' | 'to' | 'key' | 'tag'>

function toQuery(policy: ThresholdPolicy, given: Given): CurveQuery {
  const { router, measure, setting: served, models } = policy
  return { ...given, policy: policy.policy, router, measure, setting: served, models }
}

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { nearestHint } from '../../../../base/settings/nearest-name.ts'
import { InvalidRequestError } from '../../../../errors.ts'
import type { Model } from '../../../../routing/catalogue/model.ts'
import type { Curve, CurveMoves, CurveQuery } from '../../../../store/reader/answers/curve.ts'
import { pageActor } from '../../../../store/records/types/audit.ts'
import type { LockActions, LockablePolicy, LockChange } from '../../actions/lock-actions.ts'
import { type ApiContext, needReader } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { overviewQuery } from '../overview.ts'
import { parseBody, parseQuery } from '../parse.ts'
import { type CurveOption, findOptions } from './options.ts'
import { isOffPlan } from './planned-share.ts'

/** `GET /admin/api/curve/policies` */
export type CurvePoliciesAnswer = readonly CurvePolicy[]
export type CurvePolicy = Pick<
  LockablePolicy,
  'name' | 'policy' | 'router' | 'measure' | 'threshold' | 'state' | 'canary' | 'plannedShare'
> & {
  /** Of a pair the strong one first. */
  readonly models: readonly string[]
  /** Why `POST /admin/api/curve` cannot put another setting in service; null if it can. */
  readonly problem: string | null
}

/** `GET /admin/api/curve` */
export type CurveAnswer = Curve & {
  readonly policy: CurvePolicy
  /** Whether `free` has another share of strong calls than `plannedShare`, by more than chance. */
  readonly isOffPlan: boolean
  /** What could be in service instead. */
  readonly options: readonly CurveOption[]
}
/** `GET /admin/api/curve/moves` */
export type CurveMovesAnswer = CurveMoves
/** `POST /admin/api/curve` */
export type ApplyAnswer = LockChange

const { model: _model, ...filter } = overviewQuery.shape
const query = z
  .strictObject({ ...filter, policy: z.string().min(1).max(1000) })
  .refine(({ from, to }) => from < to, { path: ['to'], error: 'must be after from' })
const setting = z.coerce.number().min(0).max(1e6)
const curveQuery = query.safeExtend({ at: setting.optional() })
const movesQuery = query.safeExtend({ served: setting, setting })
const body = z.strictObject({
  policy: z.string().max(1000),
  setting: z.number().min(0).max(1e6),
  /** `CurvePolicy.state`: the change is refused if somebody else has changed the policy since. */
  seen: z.string().max(100).optional(),
})

/** The routes of the view Curve. */
export function addCurveRoutes(app: FastifyInstance, context: ApiContext): void {
  const { lock } = context
  app.get(
    '/curve/policies',
    (): CurvePoliciesAnswer =>
      lock === null ? [] : lock.list().map((policy) => toCurvePolicy(policy, lock)),
  )
  app.get('/curve', async (request, reply): Promise<CurveAnswer> => {
    const { policy: name, at, ...given } = parseQuery(curveQuery, request.query)
    const reader = needReader(context)
    const { policy, lock: actions } = findPolicy(name, lock)
    const versions = await reader.read('versions', { policy: policy.name })
    const options = findOptions({ policy, policies: actions.list(), others: actions.others(), versions })
    const settings = options.flatMap((option) => (option.at === 'setting' ? [option.setting] : []))
    const models = options.flatMap((option) => (option.at === 'model' ? [option.model] : []))
    const asked = {
      ...toQuery(policy, given, context),
      exactly: at === undefined ? settings : [...settings, at],
      always: toModels([...new Set(models)], context),
      trust: actions.trust,
    }
    const curve = await reader.read('curve', asked, abortWithClient(reply))
    return {
      policy: toCurvePolicy(policy, actions),
      isOffPlan: policy.measure === 'threshold' && isOffPlan(policy.plannedShare, curve.free),
      options,
      ...curve,
    }
  })
  app.get('/curve/moves', async (request, reply): Promise<CurveMovesAnswer> => {
    const { policy: name, served, setting: moved, ...given } = parseQuery(movesQuery, request.query)
    const reader = needReader(context)
    const asked = { ...toQuery(findPolicy(name, lock).policy, given, context), served, setting: moved }
    return reader.read('curveMoves', asked, abortWithClient(reply))
  })
  app.post('/curve', async (request): Promise<ApplyAnswer> => {
    const { policy, setting: threshold, seen } = parseBody(body, request.body)
    return findPolicy(policy, lock).lock.setThreshold({ policy, threshold, seen, actor: pageActor })
  })
}

type Found = { readonly policy: LockablePolicy; readonly lock: LockActions }

/** @throws InvalidRequestError `unknown-policy`. */
function findPolicy(name: string, lock: LockActions | null): Found {
  const policies = lock?.list() ?? []
  const policy = policies.find((each) => each.name === name)
  if (policy !== undefined && lock !== null) return { policy, lock }
  const names = policies.map((each) => each.name)
  throw new InvalidRequestError(
    'unknown-policy',
    `No policy ${JSON.stringify(name.slice(0, 100))} has a threshold or a tolerance.${nearestHint(name, names)}`,
    { param: 'policy' },
  )
}

function toCurvePolicy(policy: LockablePolicy, lock: LockActions): CurvePolicy {
  const { name, policy: recorded, router, measure, threshold, state, canary, plannedShare } = policy
  const { candidates, problem } = policy
  return {
    ...{ name, policy: recorded, router, measure, threshold, state, canary, plannedShare },
    models: candidates,
    problem: lock.problem ?? problem,
  }
}

type Given = Pick<CurveQuery, 'from' | 'to' | 'key' | 'tag'>

function toModels(names: readonly string[], { gateway }: ApiContext): readonly Model[] {
  // A model that is named by its provider has no price.
  return names.map((name) => gateway.findModel(name) ?? { name, provider: '', upstream: name })
}

function toQuery(policy: LockablePolicy, given: Given, context: ApiContext): Omit<CurveQuery, 'trust'> {
  const { router, measure, threshold, candidates } = policy
  const models = toModels(candidates, context)
  return { ...given, policy: policy.policy, router, measure, setting: threshold, models }
}

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError } from '../../../../errors.ts'
import type { AuditPage } from '../../../../store/reader/answers/routers.ts'
import { pageActor } from '../../../../store/records/types/audit.ts'
import type { RouterVersion } from '../../../../store/records/types/versions.ts'
import type { ExperimentEvidence } from '../../actions/experiment-actions.ts'
import type {
  LockActions,
  LockablePolicy,
  LockChange,
  OtherPolicy,
  RollBackPreview,
} from '../../actions/lock-actions.ts'
import { type ApiContext, needReader } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { parseBody, parseQuery } from '../parse.ts'

/** `GET /admin/api/routers` */
export type RoutersAnswer = {
  /** Why nothing can be changed here; null if something can. */
  readonly problem: string | null
  readonly policies: readonly LockablePolicy[]
  readonly others: readonly OtherPolicy[]
}

/** `GET /admin/api/routers/versions`: those of a policy, the newest first. */
export type VersionsAnswer = readonly RouterVersion[]
/** `GET /admin/api/audit` */
export type AuditAnswer = AuditPage
/** `POST /admin/api/routers/evidence`: it goes through all sessions, and ends if the client leaves. */
export type EvidenceAnswer = readonly ExperimentEvidence[]
/** `POST /admin/api/routers/promote` and `/admin/api/routers/roll-back` */
export type ChangeAnswer = LockChange
/** `GET /admin/api/routers/roll-back`: what the POST would do. */
export type RollBackAnswer = RollBackPreview

const name = z.string().min(1).max(1000)
const versionsQuery = z.strictObject({ policy: name })
const auditQuery = z.strictObject({
  subject: name.optional(),
  kind: z.enum(['served', 'keys', 'labels']).optional(),
  before: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(25),
})
const change = z.strictObject({ policy: name, seen: z.string().max(100).optional() })
const promotion = change.safeExtend({
  version: name,
  canary: z
    .strictObject({ share: z.number().gt(0).lt(1), sessions: z.int().min(1).max(1_000_000) })
    .nullable(),
})

/** The routes of the view Routers. */
export function addRouterRoutes(app: FastifyInstance, context: ApiContext): void {
  app.get('/routers', (): RoutersAnswer => {
    const { lock } = context
    if (lock === null) return { problem: noLock, policies: [], others: [] }
    return { problem: lock.problem, policies: lock.list(), others: lock.others() }
  })
  app.get('/routers/versions', async (request, reply): Promise<VersionsAnswer> => {
    const { policy } = parseQuery(versionsQuery, request.query)
    const versions = await needReader(context).read('versions', { policy }, abortWithClient(reply))
    return versions.toReversed()
  })
  app.get('/audit', async (request, reply): Promise<AuditAnswer> => {
    const { subject, kind, before, limit } = parseQuery(auditQuery, request.query)
    const query = {
      limit,
      ...(subject !== undefined && { subject }),
      ...(kind !== undefined && { kind }),
      ...(before !== undefined && { before }),
    }
    return needReader(context).read('auditTrail', query, abortWithClient(reply))
  })
  app.post('/routers/evidence', async (_request, reply): Promise<EvidenceAnswer> => {
    const { experiments } = context
    if (experiments === null) throw noExperiments()
    return experiments.evaluate(abortWithClient(reply))
  })
  app.post('/routers/promote', async (request): Promise<ChangeAnswer> => {
    const given = parseBody(promotion, request.body)
    return needLock(context).promote({ ...given, actor: pageActor })
  })
  app.get('/routers/roll-back', (request): Promise<RollBackAnswer> => {
    const { policy } = parseQuery(versionsQuery, request.query)
    return needLock(context).previewRollBack({ policy })
  })
  app.post('/routers/roll-back', async (request): Promise<ChangeAnswer> => {
    const given = parseBody(change, request.body)
    return needLock(context).rollBack({ ...given, actor: pageActor })
  })
}

function noExperiments(): InvalidRequestError {
  return new InvalidRequestError(
    'store-off',
    'This gateway keeps no requests (`store: off`, or --no-store), so there are no sessions to compare.',
    { status: 404 },
  )
}

const noLock = 'This server follows no lock file, so what it serves is changed in its configuration.'

/** @throws InvalidRequestError `not-changeable`. */
function needLock({ lock }: ApiContext): LockActions {
  if (lock !== null) return lock
  throw new InvalidRequestError('not-changeable', noLock, { status: 409 })
}

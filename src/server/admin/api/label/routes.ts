import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { StoreError } from '../../../../errors.ts'
import type { LabelFigures, LabelQueue } from '../../../../store/reader/answers/label.ts'
import {
  type LabelActions,
  type LabelProgress,
  type LabelSettings,
  type RevealedItem,
  type ShownItem,
  verdicts,
} from '../../actions/label-actions.ts'
import { type ApiContext, needReader } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { filterName } from '../overview.ts'
import { parseBody, parseQuery } from '../parse.ts'

/** `GET /admin/api/label` */
export type LabelQueueAnswer = LabelQueue & { readonly settings: LabelSettings }
/** `GET /admin/api/label/figures`: labels of the last 30 days. */
export type LabelFiguresAnswer = LabelFigures & { readonly since: number }
/** `GET /admin/api/label/progress` */
export type LabelProgressAnswer = LabelProgress
/** `GET /admin/api/label/items/<id>`, `POST /admin/api/label/ask` */
export type LabelItemAnswer = ShownItem
/** `POST /admin/api/label/answer` */
export type LabelAnswerAnswer = RevealedItem
/** `POST /admin/api/label/undo` */
export type LabelUndoAnswer = { readonly requestId: string }
/** `POST /admin/api/label/select` */
export type LabelSelectAnswer = { readonly examined: number; readonly putUp: number }

const dayMs = 86_400_000
const id = z.string().min(1).max(1000)
const queueQuery = z.strictObject({
  policy: filterName,
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
const itemQuery = z.strictObject({ one: z.enum(['true']).optional() })
const askBody = z.strictObject({ requestId: id })
const answerBody = z.strictObject({
  shown: id,
  verdict: z.enum(verdicts),
  by: z.string().trim().max(60).optional(),
})
const undoBody = z.strictObject({ shown: id })
const emptyBody = z.strictObject({})

/** The routes of the view Label. */
export function addLabelRoutes(app: FastifyInstance, context: ApiContext): void {
  const { gateway } = context
  app.get('/label', async (request, reply): Promise<LabelQueueAnswer> => {
    const query = parseQuery(queueQuery, request.query)
    const queue = await needReader(context).read('labelQueue', query, abortWithClient(reply))
    return { settings: needLabels(context).settings(), ...queue }
  })
  app.get('/label/figures', async (_request, reply): Promise<LabelFiguresAnswer> => {
    const since = Date.now() - 30 * dayMs
    const figures = await needReader(context).read('labelFigures', { since }, abortWithClient(reply))
    return { since, ...figures }
  })
  app.get(
    '/label/progress',
    (_request, reply): Promise<LabelProgressAnswer> => needLabels(context).progress(abortWithClient(reply)),
  )
  app.get<{ Params: { id: string } }>('/label/items/:id', (request): Promise<LabelItemAnswer> => {
    const { one } = parseQuery(itemQuery, request.query)
    return needLabels(context).open(gateway, { requestId: request.params.id, one: one !== undefined })
  })
  app.post('/label/ask', (request, reply): Promise<LabelItemAnswer> => {
    const { requestId } = parseBody(askBody, request.body)
    return needLabels(context).ask(gateway, requestId, abortWithClient(reply))
  })
  app.post('/label/answer', (request): Promise<LabelAnswerAnswer> => {
    const { by = '', ...answer } = parseBody(answerBody, request.body)
    return needLabels(context).answer({ by: by === '' ? null : by, ...answer })
  })
  app.post('/label/undo', (request): Promise<LabelUndoAnswer> => {
    const { shown } = parseBody(undoBody, request.body)
    return needLabels(context).undo(shown)
  })
  app.post('/label/select', (request, reply): Promise<LabelSelectAnswer> => {
    parseBody(emptyBody, request.body)
    return needLabels(context).select(abortWithClient(reply))
  })
}

/** @throws StoreError `store-off` (404) if no requests are kept. */
function needLabels(context: ApiContext): LabelActions {
  const { labels } = context
  if (labels !== null) return labels
  throw new StoreError(
    'store-off',
    'This gateway keeps no requests (`store: off`, or --no-store), so there is nothing to label.',
    { status: 404 },
  )
}

import { Buffer } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError } from '../../../../errors.ts'
import type { ExplainedDecision } from '../../../../gateway/decide/explanation/explained-decision.ts'
import { isRoutedName } from '../../../../gateway/decide/model-name.ts'
import { parseRouteRequest } from '../../../../gateway/protocols/chat-completions/request-body.ts'
import { parseFeedbackBody } from '../../../feedback/feedback-body.ts'
import type { ApiContext } from '../api-context.ts'
import { abortWithClient } from '../client-signal.ts'
import { parseBody } from '../parse.ts'
import { expectDollars } from './expect-dollars.ts'

/** `POST /admin/api/playground/decide`, with the body of `POST /v1/route`: dollars of every priced candidate too. No model is called. */
export type DecideAnswer = ExplainedDecision

/** Of the requests that the playground makes. */
const playgroundTag = 'playground'

const chat = z.strictObject({
  model: z.string().min(1).max(1000),
  messages: z.array(z.looseObject({ role: z.string() })).min(1),
})

/** The routes of the view Playground. */
export function addPlaygroundRoutes(app: FastifyInstance, context: ApiContext): void {
  app.post('/playground/decide', async (request, reply): Promise<DecideAnswer> => {
    // Without the session, as the request itself would be decided.
    const { origin: _, ...asked } = parseRouteRequest(Buffer.from(JSON.stringify(request.body ?? null)), {})
    const decision = await context.gateway.explain(asked, abortWithClient(reply))
    return expectDollars(decision, context.gateway, asked.needs)
  })

  // One model by its own name, so that the request counts as no routed one. The answer is an event stream.
  app.post('/playground/chat', (request, reply) => {
    const { model, messages } = parseBody(chat, request.body)
    if (isRoutedName(model)) throw notAModel(model)
    const body = { model, messages, stream: true, stream_options: { include_usage: true } }
    reply.raw.setHeader('x-content-type-options', 'nosniff')
    context.askModel(reply, body, playgroundTag)
  })

  app.post('/playground/feedback', (request) =>
    context.giveFeedback(parseFeedbackBody(request.body), { kind: 'page' }),
  )
}

function notAModel(name: string): InvalidRequestError {
  return new InvalidRequestError(
    'bad-request',
    `${JSON.stringify(name.slice(0, 100))} is not a model but chooses one. Name the model itself.`,
    { param: 'model' },
  )
}

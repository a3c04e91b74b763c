import { Buffer } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { InvalidRequestError } from '../../../errors.ts'
import type { ExplainedDecision } from '../../../gateway/decide/explanation/explained-decision.ts'
import { protocols } from '../../../gateway/protocols/registry.ts'
import type { ApiContext } from './api-context.ts'
import { abortWithClient } from './client-signal.ts'
import { parseBody } from './parse.ts'
import { expectDollars } from './playground/expect-dollars.ts'
import { readTrace } from './requests.ts'

/** `POST /admin/api/what-if`: which model another policy, router or name would choose for a kept request, at which dollars. No model is called. */
export type WhatIfAnswer = ExplainedDecision

const body = z.strictObject({ requestId: z.string().max(1000), model: z.string().min(1).max(1000) })

export function addWhatIfRoute(app: FastifyInstance, context: ApiContext): void {
  app.post('/what-if', async (request, reply): Promise<WhatIfAnswer> => {
    const { requestId, model } = parseBody(body, request.body)
    const signal = abortWithClient(reply)
    const { text, protocol: name } = await readTrace(context, requestId, signal)
    const protocol = protocols.find((each) => each.name === name)
    if (text === null || text.request.isCut || protocol === undefined)
      throw textNotKept(text?.request.isCut === true)
    const { messages, needs } = protocol.parse(Buffer.from(text.request.text))
    // Without the session: what the request itself would be given.
    const decision = await context.gateway.explain({ model, messages: messages ?? [], needs }, signal)
    return expectDollars(decision, context.gateway, needs)
  })
  app.get('/models', (): readonly string[] => context.gateway.models().map(({ id }) => id))
}

function textNotKept(isCut: boolean): InvalidRequestError {
  return new InvalidRequestError(
    'text-not-kept',
    isCut
      ? 'The request is longer than what is kept of its text, so it cannot be decided again.'
      : 'The text of the request was not kept, so it cannot be decided again. `store: { text: full }` or `redacted` keeps that of later requests.',
    { status: 409 },
  )
}

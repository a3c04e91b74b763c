import type { IncomingMessage, ServerResponse } from 'node:http'
import { InvalidRequestError } from '../../errors.ts'
import type { Decision } from '../../gateway/decide/decision.ts'
import { parseModelName } from '../../gateway/decide/model-name.ts'
import {
  parseChatRequest,
  parseModel,
  parseRouteRequest,
} from '../../gateway/protocols/chat-completions/request-body.ts'
import { Exchange, type ExchangeContext } from './exchange.ts'
import { forwardedHeaders } from './reply-headers.ts'

/** Answers one request on its raw response. Never throws: what goes wrong is the answer. */
export type InferenceHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | undefined,
) => void

/** `POST /v1/chat/completions`: the body → a decision → the upstream's reply, byte for byte. */
export function chatCompletions(context: ExchangeContext, forwardClientKey: boolean): InferenceHandler {
  return (request, response, body) => {
    const exchange = new Exchange(context, response, '/v1/chat/completions')
    const send = (decision: Decision) => {
      if (!exchange.isOpen) return // the client left while the router was deciding
      exchange.forward(
        decision,
        '/chat/completions',
        body!,
        forwardedHeaders(request.headers, forwardClientKey),
      )
    }
    try {
      const decision = context.gateway.decide(parseChatRequest(body), exchange.signal)
      if (decision instanceof Promise) decision.then(send).catch((error) => exchange.fail(error))
      else send(decision)
    } catch (error) {
      exchange.fail(error)
    }
  }
}

/** `POST /v1<path>` for a model that the body names itself. */
export function passThrough(
  context: ExchangeContext,
  path: string,
  forwardClientKey: boolean,
): InferenceHandler {
  return async (request, response, body) => {
    const exchange = new Exchange(context, response, `/v1${path}`)
    try {
      const model = parseModel(body)
      if (parseModelName(model).kind !== 'model') throw routersChatOnly(model, path)
      const decision = await context.gateway.decide({ model, prompt: '' })
      if (!exchange.isOpen) return
      exchange.forward(decision, path, body!, forwardedHeaders(request.headers, forwardClientKey))
    } catch (error) {
      exchange.fail(error)
    }
  }
}

/** `POST /v1/route`: the decision with its explanation; no model is called. */
export function routeOnly(context: ExchangeContext): InferenceHandler {
  return async (_request, response, body) => {
    const exchange = new Exchange(context, response, '/v1/route')
    try {
      const decision = await context.gateway.explain(parseRouteRequest(body), exchange.signal)
      if (exchange.isOpen) exchange.answer(decision)
    } catch (error) {
      exchange.fail(error)
    }
  }
}

function routersChatOnly(model: string, path: string): InvalidRequestError {
  return new InvalidRequestError(
    'router-not-supported',
    `Routers choose on /v1/chat/completions only; /v1${path} needs a model's own name instead of "${model}". GET /v1/models lists them.`,
    { param: 'model' },
  )
}

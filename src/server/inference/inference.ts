import type { IncomingHttpHeaders } from 'node:http'
import type { ClientKey } from '../../config/config.ts'
import { InvalidRequestError } from '../../errors.ts'
import type { Decision } from '../../gateway/decide/decision.ts'
import { isRoutedName } from '../../gateway/decide/model-name.ts'
import type { RouteRequest } from '../../gateway/decide/route-request.ts'
import { parseRouteRequest } from '../../gateway/protocols/chat-completions/request-body.ts'
import type { ParsedRequest, Protocol } from '../../gateway/protocols/protocol.ts'
import { noNeeds, withDemands } from '../../routing/catalogue/request-needs.ts'
import { noTags } from './ending/record.ts'
import { Exchange } from './exchange.ts'
import type { Endpoint, ExchangeContext } from './exchange-context.ts'
import type { OpenReply } from './reply/reply-channel.ts'
import { findOwnCredential, selectForwardedHeaders } from './reply/reply-headers.ts'
import { parseDemands } from './request/demands.ts'
import type { HopHeaders } from './request/hops.ts'
import { findQuery, type IncomingRequest, receivedHops } from './request/incoming.ts'
import { type ResponseOrigins, unknownResponse } from './stored/response-origins.ts'

/** Answers one request. Never throws: a failure is the answer. */
export type InferenceHandler = (
  request: IncomingRequest,
  openReply: OpenReply,
  body: Buffer | undefined,
  key: ClientKey | null,
) => void

/**
 * `POST /v1<path>` of a protocol: the body → a decision → the upstream's reply, byte for byte.
 *
 * @param tags of the records of its requests.
 */
export function createInferenceHandler(
  context: ExchangeContext,
  protocol: Protocol,
  path: string,
  forwardClientKey: boolean,
  isKeyless: boolean,
  tags: readonly string[] = noTags,
): InferenceHandler {
  const endpoint: Endpoint = { route: `/v1${path}`, protocol, callsModel: true, tags }
  const forwardedHeaders = protocol.forwardedHeaders(path)
  const count = protocol.tokenCount?.path === path ? protocol.tokenCount : null
  const servedBy = context.gateway.findServers(protocol, path)
  const answer = (
    exchange: Exchange,
    request: IncomingRequest,
    body: Buffer | undefined,
    key: ClientKey | null,
  ) => {
    let hops: HopHeaders
    let parsed: ParsedRequest
    let isStrict: boolean
    let needs = noNeeds
    const reserve = (decision: Decision) => {
      if (!exchange.isOpen) return // the client left while the router was deciding
      // Counting tokens costs nothing.
      const reserved = count === null ? exchange.account?.reserve(decision) : undefined
      if (reserved instanceof Promise)
        reserved.then(() => send(decision)).catch((error) => exchange.fail(error))
      else send(decision)
    }
    const send = (decision: Decision) => {
      if (!exchange.isOpen) return
      const forwarded = selectForwardedHeaders(request.headers, forwardedHeaders, forwardClientKey)
      const headers = forwarded === undefined ? hops : Object.assign({}, forwarded, hops)
      if (count !== null && !context.gateway.speaks(decision.model, protocol)) {
        exchange.answer(count.write(parsed.needs.inputTokens))
        return
      }
      const keepsEffort = decision.kind === 'fixed-model'
      exchange.send(
        decision,
        {
          path,
          query: protocol.forwardsQuery ? findQuery(request.url) : '',
          body: body!,
          parsed: parsed.body,
          headers,
          credential: findOwnCredential(request.headers, isKeyless),
          stream: exchange.isStream,
          keepsEffort,
          isStrict,
        },
        needs,
      )
    }
    try {
      parsed = protocol.parse(body)
      exchange.accept(parsed.stream, parsed.model, request.headers)
      isStrict = readStrictness(request.headers)
      hops = context.nextHops(receivedHops(request), isRoutedName(parsed.model))
      if (count !== null && isRoutedName(parsed.model)) {
        // No model answers, so there is none whose tokens these would be.
        context.gateway.findListed(parsed.model, key ?? undefined)
        exchange.answer(count.write(parsed.needs.inputTokens))
        return
      }
      const parsedRequest = toRouteRequest(
        parsed,
        endpoint.route,
        request.headers,
        context.responseOrigins,
        key,
        servedBy,
        exchange.id,
      )
      const asked = exchange.account?.limit(parsedRequest, body?.length ?? 0) ?? parsedRequest
      needs = asked.needs ?? noNeeds
      const decision = context.gateway.decide(asked, exchange.signal)
      if (decision instanceof Promise) decision.then(reserve).catch((error) => exchange.fail(error))
      else reserve(decision)
    } catch (error) {
      exchange.fail(error)
    }
  }
  return (request, openReply, body, key) => {
    const exchange = new Exchange(context, endpoint, openReply, body, key)
    if (context.admission.hasPlace()) answer(exchange, request, body, key)
    else exchange.enqueue(() => answer(exchange, request, body, key))
  }
}

/** `POST /v1/route`: the decision with its explanation; no model is called. */
export function createRouteHandler(context: ExchangeContext, protocol: Protocol): InferenceHandler {
  const endpoint: Endpoint = { route: '/v1/route', protocol, callsModel: false, tags: noTags }
  const answer = async (
    exchange: Exchange,
    request: IncomingRequest,
    body: Buffer | undefined,
    key: ClientKey | null,
  ) => {
    try {
      const asked = parseRouteRequest(body, request.headers)
      context.nextHops(receivedHops(request), isRoutedName(asked.model))
      const needs = withDemands(asked.needs ?? noNeeds, parseDemands(request.headers))
      const { origin } = asked
      const demanding = {
        ...asked,
        needs,
        ...(origin !== undefined && { origin: { ...origin, ...clientOf(key) } }),
      }
      const limited = exchange.account?.limit(demanding, body?.length ?? 0) ?? demanding
      const decision = await context.gateway.explain(limited, exchange.signal)
      if (exchange.isOpen) exchange.answer(decision)
    } catch (error) {
      exchange.fail(error)
    }
  }
  return (request, openReply, body, key) => {
    const exchange = new Exchange(context, endpoint, openReply, body, key)
    if (context.admission.hasPlace()) answer(exchange, request, body, key)
    else exchange.enqueue(() => answer(exchange, request, body, key))
  }
}

/** What keeps the conversations of keys apart. */
function clientOf(key: ClientKey | null): { readonly client?: string } {
  return key === null ? {} : { client: key.name }
}

/**
 * Whether the client wants a request refused rather than translated with a loss.
 *
 * @throws InvalidRequestError `bad-header` for another word: the client would believe that nothing is dropped.
 */
function readStrictness(headers: IncomingHttpHeaders): boolean {
  const asked = headers['x-routellm-translation']
  if (asked === undefined || asked === '') return false
  if (asked === 'strict') return true
  throw new InvalidRequestError(
    'bad-header',
    `The header x-routellm-translation is ${JSON.stringify(String(asked).slice(0, 80))}; it can only be "strict". Without it, what a translation cannot carry is dropped.`,
  )
}

const routedRoutes = '/v1/chat/completions, /v1/messages and /v1/responses'

/**
 * @throws InvalidRequestError `router-not-supported` for a request without a conversation that names a router;
 *   `unknown-request` (404) for one that continues the response of another client's key.
 */
function toRouteRequest(
  { model, messages, body, needs: ofContent }: ParsedRequest,
  route: string,
  headers: IncomingHttpHeaders,
  origins: ResponseOrigins,
  key: ClientKey | null,
  servedBy: ReadonlySet<string> | null,
  id: string,
): RouteRequest {
  const demanded = withDemands(ofContent, parseDemands(headers))
  const before = origins.find(body.previous_response_id)
  if (before !== undefined && before.key !== (key?.name ?? null))
    throw unknownResponse(String(body.previous_response_id), 'previous_response_id')
  // Only the provider that keeps the response can continue it.
  const continued = before === undefined ? demanded : { ...demanded, provider: before.provider }
  const needs = servedBy === null ? continued : { ...continued, servedBy }
  if (messages !== null) return { id, model, messages, needs, origin: { headers, body, ...clientOf(key) } }
  if (!isRoutedName(model)) return { model, prompt: '', needs }
  throw new InvalidRequestError(
    'router-not-supported',
    `Routers choose on ${routedRoutes} only; ${route} needs a model's own name instead of "${model}". GET /v1/models lists them.`,
    { param: 'model' },
  )
}

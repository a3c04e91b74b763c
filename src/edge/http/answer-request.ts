import type { ClientKey, Config } from '../../config/config.ts'
import type { RouteLLMError } from '../../errors.ts'
import { chatCompletions } from '../../gateway/protocols/chat-completions/protocol.ts'
import { protocols } from '../../gateway/protocols/registry.ts'
import { createClientAuth } from '../../server/access/client-auth.ts'
import {
  canonicalUrl,
  createNotServed,
  type Endpoints,
  openPaths,
  parsePath,
} from '../../server/endpoints.ts'
import { findErrorForm, isAnthropicClient } from '../../server/error-form.ts'
import { createRefusedRecord } from '../../server/inference/ending/record.ts'
import type { ExchangeContext } from '../../server/inference/exchange-context.ts'
import {
  createInferenceHandler,
  createRouteHandler,
  type InferenceHandler,
} from '../../server/inference/inference.ts'
import { createAnthropicModelList, createOpenAIModelList } from '../../server/inference/model-list.ts'
import { describeProblem, findRetryAfter, toPublicError } from '../../server/public-error.ts'
import { version } from '../../version.ts'
import { refuseForeignPage } from './foreign-page.ts'
import { readBody } from './read-body.ts'
import { WebReply } from './web-reply.ts'

/** Every path that the fetch handler serves. `HEAD` goes where `GET` does. */
export const edgeEndpoints: Endpoints = new Map([
  ['/', 'GET'],
  ...protocols.flatMap(({ paths }) => paths.map((path) => [`/v1${path}`, 'POST'] as const)),
  ['/v1/route', 'POST'],
  ['/v1/models', 'GET'],
  ['/health', 'GET'],
])

type Incoming = {
  readonly method: string
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** Who asks is the platform's affair. */
  readonly socket: object
}

/** Answers one request. Never rejects: a failure is the answer. */
export type AnswerRequest = (request: Request) => Promise<Response>

/** The routes of the server that need no process: inference, decisions, the list of models and health. */
export function createRequestAnswerer(context: ExchangeContext, { server }: Config): AnswerRequest {
  const { clientKeys, keys, forwardClientKey, bodyLimitBytes } = server
  const isKeyless = clientKeys.length === 0 && keys.length === 0
  const authenticate = isKeyless ? null : createAuthentication(clientKeys, keys, forwardClientKey)
  const handlers = new Map<string, InferenceHandler>([
    ...protocols.flatMap((protocol) =>
      protocol.paths.map(
        (path) =>
          [
            `/v1${path}`,
            createInferenceHandler(context, protocol, path, forwardClientKey, isKeyless),
          ] as const,
      ),
    ),
    ['/v1/route', createRouteHandler(context, chatCompletions)],
  ])
  const startedAt = Math.floor(Date.now() / 1000)
  const openAIModels = createOpenAIModelList(context.gateway, startedAt)
  const anthropicModels = createAnthropicModelList(context.gateway, startedAt)

  function find({ method, url, headers }: Incoming, key: ClientKey | null): object {
    if (method !== 'GET' && method !== 'HEAD') throw createNotServed(method, url, edgeEndpoints)
    const path = parsePath(url)
    const models = isAnthropicClient(headers) ? anthropicModels : openAIModels
    if (path === '/') return { name: 'routellm', version, endpoints: [...edgeEndpoints.keys()] }
    if (path === '/health') return { status: 'ok', version }
    if (path === '/v1/models') return models.list(key)
    if (path.startsWith('/v1/models/')) return models.find(decodeName(path.slice('/v1/models/'.length)), key)
    throw createNotServed(method, url, edgeEndpoints)
  }

  /** The key of the request; null if it needs none. Throws for one that is not let in. */
  function admit(request: Request, incoming: Incoming): ClientKey | null {
    if (isKeyless) refuseForeignPage(incoming, new URL(request.url).host)
    return authenticate === null || openPaths.has(parsePath(incoming.url)) ? null : authenticate(incoming)
  }

  async function answer(request: Request, incoming: Incoming, key: ClientKey | null): Promise<Response> {
    const path = parsePath(incoming.url)
    const handle = incoming.method === 'POST' ? handlers.get(path) : undefined
    if (handle === undefined) return Response.json(find(incoming, key))
    const body = await readBody(request, bodyLimitBytes)
    let reply: WebReply | undefined
    handle(
      incoming,
      (protocol, requestId) => {
        reply = new WebReply(protocol, requestId, request.signal)
        return reply
      },
      body,
      key,
    )
    return reply!.response
  }

  function refuse(error: unknown, incoming: Incoming, key: ClientKey | null): Response {
    const shown = toPublicError(error)
    const path = parsePath(incoming.url)
    if (shown !== error)
      context.log.error({ route: path, problem: describeProblem(error) }, 'a request failed')
    const id = context.nextRequestId()
    const route = edgeEndpoints.has(path) ? path : 'unknown'
    context.notify(createRefusedRecord(id, route, shown, key?.name ?? null))
    return errorResponse(shown, id, incoming)
  }

  return async (request) => {
    const incoming = toIncoming(request)
    let key: ClientKey | null = null
    try {
      key = admit(request, incoming)
      return await answer(request, incoming, key)
    } catch (error) {
      return refuse(error, incoming, key)
    }
  }
}

/** The answer to a request that no gateway could take. */
export function errorResponse(
  error: RouteLLMError,
  requestId: string | null,
  { url, headers }: Pick<Incoming, 'url' | 'headers'>,
): Response {
  const retryAfter = findRetryAfter(error)
  const own = {
    ...(requestId !== null && { 'x-routellm-request-id': requestId, 'x-request-id': requestId }),
    ...(retryAfter !== null && { 'retry-after': retryAfter }),
    ...(error.status === 405 && { allow: edgeEndpoints.get(parsePath(url)) ?? 'GET' }),
  }
  const body = findErrorForm(url, headers).errorBody(error, requestId)
  return Response.json(body, { status: error.status, headers: own })
}

export function toIncoming({ method, url, headers }: Request): Incoming {
  const { pathname, search } = new URL(url)
  return {
    method,
    url: canonicalUrl(pathname + search),
    headers: Object.fromEntries(headers),
    socket: {},
  }
}

function createAuthentication(
  clientKeys: readonly string[],
  keys: readonly ClientKey[],
  forwardClientKey: boolean,
): (incoming: Incoming) => ClientKey | null {
  const authenticate = createClientAuth({
    clientKeys,
    keys,
    forwardClientKey,
    // Who guesses keys is for the platform to slow down: another copy may get the next guess.
    failedKeys: { onUnknownKey: (_address, next) => next(false) },
    // Its keys are those that it was made with.
    revokedKeys: { find: () => null, countRefusal() {} },
    countFailure() {},
  })
  return (incoming) => {
    let found: ClientKey | null = null
    let refusal: RouteLLMError | null = null
    authenticate(incoming, (refused, key) => {
      refusal = refused?.error ?? null
      found = key
    })
    if (refusal !== null) throw refusal
    return found
  }
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

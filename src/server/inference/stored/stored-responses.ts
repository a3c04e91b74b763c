import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { ClientKey } from '../../../config/config.ts'
import { responses } from '../../../gateway/protocols/responses/protocol.ts'
import { noNeeds } from '../../../routing/catalogue/request-needs.ts'
import { noTags } from '../ending/record.ts'
import { Exchange } from '../exchange.ts'
import type { Endpoint, ExchangeContext } from '../exchange-context.ts'
import type { OpenReply } from '../reply/reply-channel.ts'
import { findOwnCredential, selectForwardedHeaders } from '../reply/reply-headers.ts'
import { findQuery, receivedHops } from '../request/incoming.ts'
import { unknownResponse } from './response-origins.ts'

/** What can be asked of a stored response, by method and by what follows its id. */
const operations: ReadonlySet<string> = new Set(['GET ', 'DELETE ', 'GET /input_items', 'POST /cancel'])

/** A request about a stored response. */
export type StoredRequest = {
  readonly method: 'GET' | 'DELETE' | 'POST'
  readonly id: string
  /** What follows the id: empty, or `/input_items`. */
  readonly rest: string
}

/** Undefined for a path or a method that there is not. @param path below `/v1/responses/`. */
export function parseStoredRequest(method: string, path: string): StoredRequest | undefined {
  const [, id, rest = ''] = /^([\w-]{1,512})(\/[a-z_]+)?$/.exec(path) ?? []
  const asked = method === 'HEAD' ? 'GET' : method
  if (id === undefined || !operations.has(`${asked} ${rest}`)) return undefined
  return { method: asked as StoredRequest['method'], id, rest }
}

/**
 * `GET` and `DELETE /v1/responses/<id>`, `GET …/input_items` and `POST …/cancel`: to the provider of the model that made
 * the response, which alone has it. Nothing is decided, and nothing is charged.
 */
export function answerStoredRequest(
  context: ExchangeContext,
  { method, id, rest }: StoredRequest,
  { request, openReply }: { readonly request: IncomingMessage; readonly openReply: OpenReply },
  access: { readonly forwardClientKey: boolean; readonly isKeyless: boolean; readonly key: ClientKey | null },
): void {
  const endpoint: Endpoint = {
    route: `/v1/responses/{id}${rest}`,
    protocol: responses,
    callsModel: true,
    tags: noTags,
  }
  const exchange = new Exchange(context, endpoint, openReply, undefined, access.key)
  try {
    const hops = context.nextHops(receivedHops(request), false)
    const origin = context.responseOrigins.find(id)
    // Another client's response is as unknown as none.
    if (origin === undefined || origin.key !== (access.key?.name ?? null)) throw unknownResponse(id, 'id')
    const path = `/responses/${id}${rest}`
    const forwarded = selectForwardedHeaders(
      request.headers,
      responses.forwardedHeaders(path),
      access.forwardClientKey,
    )
    const decision = context.gateway.decide({ model: origin.model, prompt: '' })
    if (decision instanceof Promise) throw new Error('a model named itself is decided at once')
    const outgoing = {
      path,
      query: findQuery(request.url),
      method,
      body: noBody,
      parsed: {},
      headers: { ...forwarded, ...hops },
      credential: findOwnCredential(request.headers, access.isKeyless),
      stream: false,
      keepsEffort: true,
      isStrict: false,
    }
    exchange.send(decision, outgoing, noNeeds)
    if (method === 'DELETE') context.responseOrigins.remove(id)
  } catch (error) {
    exchange.fail(error)
  }
}

const noBody = Buffer.alloc(0)

import { Buffer } from 'node:buffer'
import type { ProviderRequest } from '../../providers/provider.ts'
import type { Effort, Model } from '../../routing/catalogue/model.ts'
import type { Loss } from '../protocols/common/common-request.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { TranslatedRequest, Translation } from '../translation/translation.ts'
import type { Sender } from './sender.ts'

/** A client's request as each attempt sends it. */
export type OutgoingRequest = {
  /** Below the provider's base URL. */
  readonly path: string
  /** The query of the client's URL, without its question mark; empty if there is none, or if it does not go upstream. */
  readonly query: string
  /** Absent: `POST`. Other methods have no body. */
  readonly method?: 'GET' | 'DELETE' | 'POST'
  /** The client's own bytes; empty for a request without a body. */
  readonly body: Buffer
  /** The same, parsed. */
  readonly parsed: Readonly<Record<string, unknown>>
  /** Extra headers; lower-case names. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** The client's own credential, for providers that take it; undefined if it sent none that is its own. */
  readonly credential: Readonly<Record<string, string>> | undefined
  /** Whether the client requested an event stream. */
  readonly stream: boolean
  /** Whether an effort that the client has set stays, because it named the model itself. */
  readonly keepsEffort: boolean
  /** Whether a request is refused if a translation would drop a part of it. */
  readonly isStrict: boolean
}

/** A request as it is sent to one model. */
export type WrittenCall = {
  readonly request: ProviderRequest
  /** What the upstream speaks. */
  readonly protocol: Protocol
  /** The effort that the gateway has set; null if it has set none. */
  readonly effort: Effort | null
  /** Whether the usage of a stream was asked for that the client did not ask for. */
  readonly requestedUsage: boolean
  /** Null if the upstream speaks the client's protocol. */
  readonly translated: TranslatedRequest | null
}

/** What a translation did. */
export type CallTranslation = {
  /** The client's protocol. */
  readonly from: string
  /** The upstream's. */
  readonly to: string
  /** What it dropped of the request. */
  readonly losses: readonly Loss[]
}

/** @throws InvalidRequestError `not-translatable` if the model's provider speaks another protocol that cannot carry it. */
export function writeCall(
  sender: Sender,
  model: Model,
  protocol: Protocol,
  request: OutgoingRequest,
): WrittenCall {
  const translation = sender.findTranslation(model, protocol, request.path)
  const call =
    translation === null
      ? splice(sender, model, protocol, request)
      : translate(translation, model, protocol, request)
  const { credential } = request
  if (credential === undefined || !sender.passesCredential(model)) return call
  const headers = { ...call.request.headers, ...credential }
  return { ...call, request: { ...call.request, headers } }
}

/** Both sides speak one protocol: the client's own bytes. */
function splice(sender: Sender, model: Model, protocol: Protocol, request: OutgoingRequest): WrittenCall {
  const { path, query, headers, stream, keepsEffort } = request
  const body = withoutForeignReasoning(sender, model, protocol, request)
  if (body.length === 0) return withoutBody(model, protocol, request)
  const withUsage = stream && sender.requestsUsage(model) ? protocol.requestUsage(path, body) : null
  const asked = withUsage ?? body
  const refused = sender.refusedFields(model)
  const accepted = refused.length === 0 ? asked : protocol.withoutFields(path, asked, refused)
  const named = protocol.replaceModel(accepted, model.upstream)
  const written =
    model.effort === undefined ? named : protocol.setEffort(path, named, model.effort, keepsEffort)
  return {
    request: {
      path,
      model: model.upstream,
      body: written,
      ...(query !== '' && { query }),
      ...(headers !== undefined && { headers }),
    },
    protocol,
    effort: written === named ? null : (model.effort ?? null),
    requestedUsage: withUsage !== null,
    translated: null,
  }
}

/**
 * The body without reasoning that another model wrote; nearly always the body itself. A state stands in the text between
 * quotes, so a text without the names of the members that hold one has none.
 */
function withoutForeignReasoning(
  { makers }: Sender,
  model: Model,
  { reasoning }: Protocol,
  { body, parsed }: OutgoingRequest,
): Buffer {
  if (reasoning === null || !reasoning.quotedMembers.some((name) => body.includes(name))) return body
  const changed = reasoning.dropForeign(parsed, (state) => makers.isForeign(state, model))
  return changed === null ? body : Buffer.from(JSON.stringify(changed))
}

/** A request about what a provider keeps: nothing in it names a model. */
function withoutBody(
  model: Model,
  protocol: Protocol,
  { path, query, method = 'POST', body, headers }: OutgoingRequest,
): WrittenCall {
  return {
    request: {
      path,
      method,
      model: model.upstream,
      body,
      ...(query !== '' && { query }),
      ...(headers !== undefined && { headers }),
    },
    protocol,
    effort: null,
    requestedUsage: false,
    translated: null,
  }
}

function translate(
  translation: Translation,
  model: Model,
  client: Protocol,
  request: OutgoingRequest,
): WrittenCall {
  const { path, protocol } = translation
  const translated = translation.translate(request, model)
  const { body, effort } = translated
  const { headers } = request
  return {
    request: {
      path,
      model: model.upstream,
      body,
      ...(headers !== undefined && {
        headers: withoutHeaders(headers, client.forwardedHeaders(request.path)),
      }),
    },
    protocol,
    effort,
    requestedUsage: false,
    translated,
  }
}

/** Headers of one provider's API mean nothing to another's. */
function withoutHeaders(
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)))
}

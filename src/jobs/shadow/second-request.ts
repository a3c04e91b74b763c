import { Buffer } from 'node:buffer'
import type { CommonForm } from '../../gateway/protocols/common/common-form.ts'
import type { TappedRequest } from '../../gateway/request-tap.ts'
import type { OutgoingRequest } from '../../gateway/send/outgoing-request.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** The request as it is sent a second time, and how its protocol is read. */
export type SecondRequest = { readonly request: OutgoingRequest; readonly form: CommonForm }

const longestBodyBytes = 262_144

/**
 * The request for a second model: not streamed, not stored by its provider, with the gateway's own credential, and without the
 * client's idempotency key and service tier. Null for a request that cannot, or must not, be sent to another model:
 *
 * - one that continues what a provider keeps, runs in the background, or names a stored prompt;
 * - one with tools that the provider runs itself (search, code, MCP servers): they may have effects. Functions have none, since
 *   nobody runs what the second model calls;
 * - one whose headers carry the client's own credential upstream, or that asks for several answers or for sound.
 */
export function toSecondRequest(
  { request, protocol }: Pick<TappedRequest, 'request' | 'protocol'>,
  forms: readonly CommonForm[],
): SecondRequest | null {
  const form = forms.find(({ protocol: name, path }) => name === protocol.name && path === request.path)
  if (form === undefined || request.body.length > longestBodyBytes || !maySendAgain(request)) return null
  const { stream_options: _options, service_tier: _tier, ...kept } = request.parsed
  const body = {
    ...kept,
    stream: false,
    ...('store' in kept || form.protocol === 'responses' ? { store: false } : {}),
  }
  return {
    form,
    request: {
      path: request.path,
      query: '',
      body: Buffer.from(JSON.stringify(body)),
      parsed: body,
      headers: withoutPrivateHeaders(request.headers),
      credential: undefined,
      stream: false,
      keepsEffort: false,
      isStrict: request.isStrict,
    },
  }
}

function maySendAgain({ parsed, headers }: OutgoingRequest): boolean {
  if (headers?.authorization !== undefined) return false
  if (headers?.['x-api-key'] !== undefined) return false
  if (keptUpstream.some((name) => parsed[name] !== undefined && parsed[name] !== null)) return false
  if (parsed.background === true || isLarger(parsed.n, 1)) return false
  if (Array.isArray(parsed.modalities) && parsed.modalities.some((each) => each !== 'text')) return false
  if (parsed.web_search_options !== undefined) return false
  if (Array.isArray(parsed.mcp_servers) && parsed.mcp_servers.length > 0) return false
  return !Array.isArray(parsed.tools) || parsed.tools.every(isFunction)
}

/** What names something that one provider keeps. */
const keptUpstream = ['previous_response_id', 'conversation', 'prompt', 'container']

/** A tool of Messages without a type is the client's own. */
function isFunction(tool: unknown): boolean {
  if (typeof tool !== 'object' || tool === null) return false
  const { type } = tool as JsonObject
  return type === undefined || type === null || type === 'function' || type === 'custom'
}

function isLarger(value: unknown, than: number): boolean {
  return typeof value === 'number' && value > than
}

function withoutPrivateHeaders(headers: OutgoingRequest['headers']): OutgoingRequest['headers'] {
  if (headers?.['idempotency-key'] === undefined) return headers
  const { 'idempotency-key': _key, ...rest } = headers
  return rest
}

import { toDisplayText } from '../../../base/text/display.ts'
import type { RequestAccount } from '../../../gateway/accounts/request-account.ts'
import type { Decision } from '../../../gateway/decide/decision.ts'
import { appendDecisionHeaders, fallbackHeader } from '../../../gateway/decide/decision-headers.ts'
import type { Loss } from '../../../gateway/protocols/common/common-request.ts'
import type { Delivery } from '../../../gateway/send/delivery.ts'

/** Headers of one connection (RFC 9110, 7.6.1), beside those that `Connection` names. */
const connectionHeaders = [
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

/** Headers by which an upstream would set cookies and rules for the gateway's own address. */
const browserHeaders = [
  'alt-svc',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'expect-ct',
  'nel',
  'public-key-pins',
  'public-key-pins-report-only',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
]

/** Headers that tell a proxy before the gateway to send a file of its own. */
const proxyCommands = ['x-lighttpd-send-file', 'x-reproxy-file', 'x-reproxy-url', 'x-sendfile']

/**
 * Headers of the upstream that belong to its connection, its address or its date, and not to the reply.
 * All others reach the client: `content-type`, `retry-after`, `x-request-id`, rate limits, and those that upstreams add later.
 */
const strippedHeaders: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  ...browserHeaders,
  ...proxyCommands,
  'date',
])
const strippedPrefixes = ['x-routellm-', 'access-control-', 'x-accel-']

/** The client's headers that go upstream, beside the protocol's. Everything else (cookies, keys, addresses) stays here. */
const forwardedNames = ['idempotency-key', 'traceparent', 'tracestate'] as const

/**
 * Appends the upstream's headers to `flat`, as name, value, name, value. An event stream gets those that keep a proxy
 * from collecting it: `x-accel-buffering: no` (nginx) and `cache-control: no-transform` (compression).
 */
export function appendUpstreamHeaders(
  flat: string[],
  headers: Readonly<Record<string, string>>,
  isEventStream: boolean,
): void {
  const named = parseConnection(headers.connection)
  for (const name in headers) {
    if (strippedHeaders.has(name) || strippedPrefixes.some((prefix) => name.startsWith(prefix))) continue
    if (named?.has(name) === true && !name.startsWith('content-')) continue
    if (isEventStream && name === 'cache-control') continue
    flat.push(name, headers[name]!)
  }
  if (!isEventStream) return
  flat.push('x-accel-buffering', 'no', 'cache-control', withNoTransform(headers['cache-control']))
}

function withNoTransform(cacheControl: string | undefined): string {
  if (cacheControl === undefined || cacheControl.trim() === '') return 'no-transform'
  return /(?:^|[\s,])no-transform(?:$|[\s,])/i.test(cacheControl)
    ? cacheControl
    : `${cacheControl}, no-transform`
}

/** The headers that a `Connection` header names as those of one connection; undefined for the usual ones. */
function parseConnection(connection: string | string[] | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || /^(?:keep-alive|close)$/i.test(String(connection))) return undefined
  return new Set(
    String(connection)
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  )
}

/** The `x-routellm-…` headers that say which model answers and why, as name, value, name, value. */
export function createDecisionHeaders(requestId: string, decision: Decision, overheadMs: number): string[] {
  const flat = ['x-routellm-request-id', requestId, 'x-routellm-overhead-ms', overheadMs.toFixed(3)]
  appendDecisionHeaders(flat, decision)
  return flat
}

/** The headers of a reply that begins before it is known which model answers. */
export function createWaitingHeaders(
  requestId: string,
  decision: Decision | null,
  overheadMs: number,
): string[] {
  const flat = ['x-routellm-request-id', requestId, 'x-routellm-overhead-ms', overheadMs.toFixed(3)]
  if (decision !== null && decision.kind !== 'fixed-model' && decision.policy !== null)
    flat.push('x-routellm-policy', decision.policy)
  return flat
}

/**
 * Appends the headers that say how the request was sent: `-effort`, `-translation` and `-dropped` if the model's provider
 * speaks another protocol, and `-fallback` if another model answers.
 */
export function appendDeliveryHeaders(flat: string[], { attempt, fallback }: Delivery): void {
  if (attempt.effort !== null) flat.push('x-routellm-effort', attempt.effort)
  const { translation } = attempt
  if (translation !== null) {
    flat.push('x-routellm-translation', `${translation.from} to ${translation.to}`)
    if (translation.losses.length > 0) flat.push('x-routellm-dropped', listFields(translation.losses))
  }
  if (fallback === null) return
  const at = flat.indexOf(fallbackHeader) // the router may have failed before
  if (at === -1) flat.push(fallbackHeader, fallback)
  else flat[at + 1] = fallback
}

const mostNamedFields = 16

/** The names of the fields, each once; they come from the client's request. */
function listFields(losses: readonly Loss[]): string {
  const names = [...new Set(losses.map(({ field }) => toDisplayText(field).replace(/[^\x21-\x7e]+/g, '?')))]
  const shown = names.slice(0, mostNamedFields).map((name) => name.slice(0, 80))
  return names.length > shown.length ? `${shown.join(', ')}, ...` : shown.join(', ')
}

/** Appends what is left of the request's dollar budgets, if it has any. @returns `flat` */
export function appendBudget(flat: string[], account: RequestAccount | null): string[] {
  const usd = account === null ? null : account.leftUsd()
  if (usd !== null) flat.push('x-routellm-budget-remaining-usd', usd.toFixed(6))
  return flat
}

/**
 * The client's headers that go upstream; undefined if there is nothing, which is usual.
 *
 * @param ofProtocol the names that belong to the request's protocol.
 */
export function selectForwardedHeaders(
  headers: NodeJS.Dict<string | string[]>,
  ofProtocol: readonly string[],
  withAuthorization: boolean,
): Record<string, string> | undefined {
  let forwarded: Record<string, string> | undefined
  const named = parseConnection(headers.connection)
  const take = (name: string) => {
    const value = headers[name]
    if (typeof value !== 'string' || named?.has(name) === true) return
    forwarded ??= {}
    forwarded[name] = value
  }
  for (const name of forwardedNames) take(name)
  for (const name of ofProtocol) take(name)
  if (
    withAuthorization &&
    typeof headers.authorization === 'string' &&
    named?.has('authorization') !== true
  ) {
    forwarded ??= {}
    forwarded.authorization = headers.authorization
  }
  return forwarded
}

/**
 * The credential that is the client's own and not this gateway's key. Where the gateway has keys, a client with a credential
 * of its own sends the gateway's key as `x-routellm-key`; otherwise what it sends is that key, and goes nowhere.
 *
 * @param isKeyless whether this gateway needs no key.
 */
export function findOwnCredential(
  headers: NodeJS.Dict<string | string[]>,
  isKeyless: boolean,
): Record<string, string> | undefined {
  if (!isKeyless && headers['x-routellm-key'] === undefined) return undefined
  const { authorization, 'x-api-key': apiKey, 'chatgpt-account-id': account } = headers
  if (typeof authorization === 'string')
    // Codex names the account that its token is for beside it.
    return { authorization, ...(typeof account === 'string' && { 'chatgpt-account-id': account }) }
  return typeof apiKey === 'string' ? { 'x-api-key': apiKey } : undefined
}

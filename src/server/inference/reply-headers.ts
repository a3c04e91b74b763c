import type { Decision } from '../../gateway/decide/decision.ts'
import { appendDecisionHeaders } from '../../gateway/decide/decision-headers.ts'

/**
 * Headers of the upstream that belong to its connection, its date or its browser policy, and not to the reply.
 * All others reach the client: `content-type`, `retry-after`, `x-request-id`, rate limits, and those that upstreams add later.
 */
const strippedHeaders: ReadonlySet<string> = new Set([
  'alt-svc',
  'connection',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-connection',
  'set-cookie',
  'strict-transport-security',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The client's headers that go upstream. Everything else (cookies, keys, addresses) stays here. */
const forwardedNames = ['idempotency-key', 'openai-beta', 'traceparent', 'tracestate'] as const

/** Appends the upstream's headers to `flat`, as name, value, name, value. */
export function appendUpstreamHeaders(flat: string[], headers: Readonly<Record<string, string>>): void {
  for (const name in headers) {
    if (strippedHeaders.has(name) || name.startsWith('x-routellm-') || name.startsWith('access-control-'))
      continue
    flat.push(name, headers[name]!)
  }
}

/** The `x-routellm-…` headers that say which model answers and why, as name, value, name, value. */
export function createDecisionHeaders(requestId: string, decision: Decision, overheadMs: number): string[] {
  const flat = ['x-routellm-request-id', requestId, 'x-routellm-overhead-ms', overheadMs.toFixed(3)]
  appendDecisionHeaders(flat, decision)
  return flat
}

/** The client's headers that go upstream; undefined if there is nothing, which is usual. */
export function selectForwardedHeaders(
  headers: NodeJS.Dict<string | string[]>,
  withAuthorization: boolean,
): Record<string, string> | undefined {
  let forwarded: Record<string, string> | undefined
  for (const name of forwardedNames) {
    const value = headers[name]
    if (typeof value !== 'string') continue
    forwarded ??= {}
    forwarded[name] = value
  }
  if (withAuthorization && typeof headers.authorization === 'string') {
    forwarded ??= {}
    forwarded.authorization = headers.authorization
  }
  return forwarded
}

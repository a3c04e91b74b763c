import type { Decision } from '../gateway/decide/decision.ts'
import type { ClientProvider } from './options.ts'
import { type RepliedCall, type ReplyObserver, toResponseHeaders } from './replies/response-headers.ts'
import type { RequestOptions } from './request-options.ts'

/** Where a call goes and what its response carries; kept in the call's metadata, which retries keep. */
export type Direction = {
  readonly provider: string
  readonly call: RepliedCall
}

const metadataKey = 'routellm'

/** A call that names the decided model, sent to that model's provider. */
export function directCall(
  options: RequestOptions,
  decision: Decision,
  {
    provider,
    observer,
  }: { readonly provider: ClientProvider | undefined; readonly observer: ReplyObserver | null },
): RequestOptions {
  const call = { headers: toResponseHeaders(decision), observer }
  const direction: Direction = { provider: decision.model.provider, call }
  const direct = {
    ...options,
    __metadata: { ...options.__metadata, [metadataKey]: direction },
  }
  if (provider === undefined) return direct
  return {
    ...direct,
    path: `${provider.baseURL.replace(/\/+$/, '')}${options.path}`,
    // Keeps the client's own key out of this request and its retries.
    __security: otherProviderSecurity,
  }
}

/** Adds none of the client's own credentials; `setProviderHeaders` adds the provider's. */
export const otherProviderSecurity = { bearerAuth: false, adminAPIKeyAuth: false } as const

export function findDirection(options: RequestOptions): Direction | undefined {
  const direction = options.__metadata?.[metadataKey]
  return isDirection(direction) ? direction : undefined
}

function isDirection(value: unknown): value is Direction {
  return typeof value === 'object' && value !== null && 'provider' in value && 'call' in value
}

/**
 * Replaces the client's credentials in a request's headers by the provider's: removes everything that can be a
 * credential (default headers, organization and project too), then adds the provider's headers and its key, if any.
 */
export function setProviderHeaders(headers: Headers, provider: ClientProvider): void {
  for (const name of [...headers.keys()])
    if (/^openai-|auth|key|token|cookie|secret/i.test(name) && name !== 'idempotency-key')
      headers.delete(name)
  for (const [name, value] of Object.entries(provider.headers ?? {})) headers.set(name, value)
  if (provider.apiKey !== undefined) headers.set('authorization', `Bearer ${provider.apiKey}`)
}

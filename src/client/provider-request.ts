import type { Decision } from '../gateway/decide/decision.ts'
import { chatCompletionsPath, type RequestOptions } from './chat-request.ts'
import type { ClientProvider } from './options.ts'
import { toResponseHeaders } from './routing-headers.ts'

/** Where a call goes and what its response is told; kept in the call's metadata, which retries carry along. */
export type Direction = {
  readonly provider: string
  /** For the response. */
  readonly headers: Readonly<Record<string, string>>
}

const metadataKey = 'routellm'

/** The call with the decided model in its body, sent to that model's provider. */
export function directed(
  options: RequestOptions,
  body: object,
  decision: Decision,
  provider: ClientProvider | undefined,
): RequestOptions {
  const direction: Direction = { provider: decision.model.provider, headers: toResponseHeaders(decision) }
  const directed = {
    ...options,
    body: { ...body, model: decision.model.upstream },
    __metadata: { ...options.__metadata, [metadataKey]: direction },
  }
  if (provider === undefined) return directed
  return {
    ...directed,
    path: `${provider.baseURL.replace(/\/+$/, '')}${chatCompletionsPath}`,
    // The client's own key stays out of this request, also on a retry.
    __security: otherProviderSecurity,
  }
}

/** No credential of the client's own is added; `providerHeaders` adds the provider's. */
export const otherProviderSecurity = { bearerAuth: false, adminAPIKeyAuth: false } as const

export function directionOf(options: RequestOptions): Direction | undefined {
  const direction = options.__metadata?.[metadataKey]
  return isDirection(direction) ? direction : undefined
}

function isDirection(value: unknown): value is Direction {
  return typeof value === 'object' && value !== null && 'provider' in value && 'headers' in value
}

/**
 * Makes a request's headers those of another provider: its own key or none, and nothing that could be a
 * credential of the client's own (its default headers, its organization and project).
 */
export function setProviderHeaders(headers: Headers, provider: ClientProvider): void {
  for (const name of [...headers.keys()])
    if (/^openai-|auth|key|token|cookie|secret/i.test(name) && name !== 'idempotency-key')
      headers.delete(name)
  for (const [name, value] of Object.entries(provider.headers ?? {})) headers.set(name, value)
  if (provider.apiKey !== undefined) headers.set('authorization', `Bearer ${provider.apiKey}`)
}

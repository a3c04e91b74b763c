import { omitUndefined } from '../../base/settings/omit-undefined.ts'
import { redactUrl } from '../../base/settings/redact.ts'
import { ConfigError } from '../../errors.ts'
import { version } from '../../version.ts'
import { defaultProtocols, type ProviderRequest, type RefusedField } from '../provider.ts'
import { defaultLimits, type ReplyLimits } from './limits.ts'

export type HttpProviderOptions = {
  readonly name: string
  /** `https://api.openai.com/v1`; a query (`?api-version=…`) goes with every request. */
  readonly baseUrl: string
  /** Not sent with a request that brings a credential of its own. */
  readonly apiKey?: string
  /** The header of the key. Default: `authorization`, as `Bearer <key>`; the others carry the key alone. */
  readonly apiKeyHeader?: 'authorization' | 'api-key' | 'x-api-key'
  /** The gateway's protocols that it speaks. Default: `defaultProtocols`. */
  readonly protocols?: readonly string[]
  /** Fields of chat completions that it refuses. Default: none, and `stream_options` in the dialect `mistral`. */
  readonly refusedFields?: readonly RefusedField[]
  /** How its chat completions differ from OpenAI's. Default: not at all. */
  readonly dialect?: 'compatible' | 'groq' | 'mistral' | 'openrouter'
  /** How often the gateway asks again after a failure. Default: 0. */
  readonly retries?: number
  /** Whether the client's own credential takes the place of the key. Default: false. */
  readonly passThrough?: boolean
  /** Where a path of the API is, below the base URL. Default: the path itself. */
  readonly pathOf?: (path: string, model: string) => string
  /** Sent with every request. A request's own header of the same name comes first. */
  readonly headers?: Readonly<Record<string, string>>
  /** 10 s by default. */
  readonly connectTimeoutMs?: number
  /** Whether the gateway requests the usage of streams. Default: true, except for Mistral's API. */
  readonly requestStreamUsage?: boolean
  /** Whether an event stream that only the closed connection ends must have `data: [DONE]`. Default: true. */
  readonly requireDone?: boolean
  /** Sockets to this upstream; requests beyond them wait. 4,096 by default. */
  readonly maxConnections?: number
} & Partial<ReplyLimits>

/** How requests to one upstream are written. */
export type RequestParts = {
  readonly url: URL
  /** The path and the query of the URL of a request. */
  pathOf(request: ProviderRequest): string
  /** The headers of a request, in lower case. @param extra those that it brings, which come first. */
  createHeaders(extra: ProviderRequest['headers']): Record<string, string>
}

/** @throws ConfigError `bad-base-url` if the base URL is not an http(s) URL. */
export function createRequestParts(options: HttpProviderOptions): RequestParts {
  const { apiKeyHeader = 'authorization' } = options
  const url = httpUrl(options)
  const prefix = url.pathname.replace(/\/+$/, '')
  const headers = baseHeaders(options)
  return {
    url,
    pathOf({ path, query, model = '' }) {
      const full = `${prefix}${options.pathOf === undefined ? path : options.pathOf(path, model)}${url.search}`
      return query === undefined ? full : `${full}${full.includes('?') ? '&' : '?'}${query}`
    },
    createHeaders(extra) {
      if (extra === undefined) return { ...headers }
      const all = { ...headers, ...extra }
      if (hasCredential(extra) && extra[apiKeyHeader] === undefined) delete all[apiKeyHeader]
      return all
    },
  }
}

/** Headers that a client's own credential comes in. */
const credentialHeaders = ['authorization', 'x-api-key', 'api-key'] as const

const hasCredential = (extra: NonNullable<ProviderRequest['headers']>) =>
  credentialHeaders.some((each) => extra[each] !== undefined)

/** Whether a request comes with a credential in place of the provider's key. */
export function bringsCredential({ headers }: ProviderRequest): boolean {
  return headers !== undefined && hasCredential(headers)
}

/** What the gateway knows of a provider, without its calls. */
export function describeProvider(options: HttpProviderOptions, url: URL) {
  const refusesStreamOptions = options.dialect === 'mistral' || isMistral(url)
  const byDefault: readonly RefusedField[] = refusesStreamOptions ? ['stream_options'] : []
  return {
    name: options.name,
    baseUrl: options.baseUrl,
    protocols: options.protocols ?? defaultProtocols,
    passThrough: options.passThrough ?? false,
    ...(options.dialect !== undefined && { dialect: options.dialect }),
    retries: options.retries ?? 0,
    requestStreamUsage: options.requestStreamUsage ?? !refusesStreamOptions,
    refusedFields: options.refusedFields ?? byDefault,
  }
}

/** Mistral's API answers `stream_options` with 422 and reports the usage of every stream without it. */
function isMistral({ hostname }: URL): boolean {
  return hostname === 'api.mistral.ai' || hostname.endsWith('.mistral.ai')
}

export function limitsOf(options: HttpProviderOptions): ReplyLimits {
  const { headersTimeoutMs, firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs } = {
    ...defaultLimits,
    ...omitUndefined(options),
  }
  return { headersTimeoutMs, firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs }
}

function baseHeaders(options: HttpProviderOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': `routellm/${version}`,
  }
  const { apiKey, apiKeyHeader = 'authorization' } = options
  if (apiKey !== undefined)
    headers[apiKeyHeader] = apiKeyHeader === 'authorization' ? `Bearer ${apiKey}` : apiKey
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value
  return headers
}

function httpUrl({ name, baseUrl }: HttpProviderOptions): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new ConfigError(
    'bad-base-url',
    `The base URL ${JSON.stringify(redactUrl(baseUrl))} of the provider "${name}" is not an http or https URL. Write it with its version path, as in https://api.openai.com/v1.`,
    { param: `providers.${name}.baseUrl` },
  )
}

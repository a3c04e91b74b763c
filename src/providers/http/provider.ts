import { Pool } from 'undici'
import { omitUndefined } from '../../base/settings/omit-undefined.ts'
import { redactUrl } from '../../base/settings/redact.ts'
import { checkTimerMs } from '../../base/settings/timer.ts'
import { ConfigError } from '../../errors.ts'
import { version } from '../../version.ts'
import { collectReply } from '../collect-reply.ts'
import { createKeyMask } from '../key-mask.ts'
import {
  type AbortRequest,
  defaultProtocols,
  type NetworkedProvider,
  type Provider,
  type ProviderRequest,
  type ReplySink,
  type UsageProvider,
} from '../provider.ts'
import { createGatedClient, type GatedOptions } from './connection-gate.ts'
import { createLimitChecks, defaultLimits, type ReplyLimits } from './limits.ts'
import { ReplyHandler } from './reply-handler.ts'

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

/**
 * Any endpoint that models are called at over HTTP. Body and reply are passed on as bytes, without parsing.
 * Connections are opened on first use and kept. Nothing is retried here, because clients of this gateway retry.
 *
 * @throws ConfigError `unsupported-runtime` under Bun; `bad-base-url` if the base URL is not an http(s) URL.
 */
export function createHttpProvider(options: HttpProviderOptions): NetworkedProvider & UsageProvider {
  refuseBun()
  const { name, apiKeyHeader = 'authorization' } = options
  const url = httpUrl(options)
  const prefix = url.pathname.replace(/\/+$/, '')
  const limits = limitsOf(options)
  const upstream = { name, origin: url.origin, limits, requireDone: options.requireDone ?? true }
  const checks = createLimitChecks(limits)
  const pool = new Pool(url.origin, {
    connections: options.maxConnections ?? 4096,
    pipelining: 1,
    connectTimeout: checkTimerMs(options.connectTimeoutMs ?? 10_000, 'connectTimeoutMs'),
    headersTimeout: 0, // `ReplyHandler` has limits that comments and interim replies do not extend
    bodyTimeout: 0,
    factory: (origin, clientOptions) => createGatedClient(origin, clientOptions),
  })
  const headers = baseHeaders(options)
  const flatHeaders = Object.entries(headers).flat()
  let lastExtra: ProviderRequest['headers']
  let lastHeaders = flatHeaders
  let closed: Promise<void> | null = null

  /** Nearly all requests bring the same object: the gateway's own header. */
  function headersOf({ headers: extra }: ProviderRequest): string[] {
    if (extra === undefined) return flatHeaders
    if (extra !== lastExtra) {
      const all = { ...headers, ...extra }
      if (credentialHeaders.some((each) => extra[each] !== undefined) && extra[apiKeyHeader] === undefined)
        delete all[apiKeyHeader]
      lastHeaders = Object.entries(all).flat()
    }
    lastExtra = extra
    return lastHeaders
  }

  function urlPathOf({ path, query, model = '' }: ProviderRequest): string {
    const full = `${prefix}${options.pathOf === undefined ? path : options.pathOf(path, model)}${url.search}`
    return query === undefined ? full : `${full}${full.includes('?') ? '&' : '?'}${query}`
  }

  function stream(request: ProviderRequest, sink: ReplySink): AbortRequest {
    const handler = new ReplyHandler(upstream, checks, sink)
    const dispatched: GatedOptions = {
      path: urlPathOf(request),
      method: request.method ?? 'POST',
      body: request.body.length === 0 ? null : request.body,
      headers: headersOf(request),
      gated: handler,
    }
    pool.dispatch(dispatched, handler)
    return (reason) => handler.abort(reason)
  }

  const refusesStreamOptions = options.dialect === 'mistral' || isMistral(url)
  const maskKey = createKeyMask(options.apiKey)
  const streamMasked: Provider['stream'] = (request, sink) => stream(request, maskKey(sink))

  return {
    name,
    baseUrl: options.baseUrl,
    protocols: options.protocols ?? defaultProtocols,
    passThrough: options.passThrough ?? false,
    ...(options.dialect !== undefined && { dialect: options.dialect }),
    retries: options.retries ?? 0,
    requestStreamUsage: options.requestStreamUsage ?? !refusesStreamOptions,
    ...(refusesStreamOptions && { refusesStreamOptions }),
    stream: streamMasked,
    call: (request, signal) => collectReply({ name, stream: streamMasked }, request, signal),
    close() {
      closed ??= pool.close()
      return closed
    },
  }
}

/** Headers that a client's own credential comes in. */
const credentialHeaders = ['authorization', 'x-api-key', 'api-key'] as const

/** Bun replaces undici by a part of it that cannot send requests this way. */
function refuseBun(): void {
  const { bun } = process.versions
  if (bun === undefined) return
  throw new ConfigError(
    'unsupported-runtime',
    `RouteLLM cannot call models under Bun (this is Bun ${bun}), because Bun replaces the HTTP client undici. Run it with Node.js 20.19 or newer: \`node\` in place of \`bun\`, \`npx\` in place of \`bunx --bun\`.`,
  )
}

/** Mistral's API answers `stream_options` with 422 and reports the usage of every stream without it. */
function isMistral({ hostname }: URL): boolean {
  return hostname === 'api.mistral.ai' || hostname.endsWith('.mistral.ai')
}

function limitsOf(options: HttpProviderOptions): ReplyLimits {
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

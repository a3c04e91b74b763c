import { Pool } from 'undici'
import { ConfigError } from '../../errors.ts'
import { version } from '../../version.ts'
import { collectReply } from '../collect-reply.ts'
import type { AbortRequest, NetworkedProvider, ProviderRequest, ReplySink } from '../provider.ts'
import { ReplyHandler } from './reply-handler.ts'

export type OpenAICompatibleOptions = {
  readonly name: string
  /** `https://api.openai.com/v1`; a query (`?api-version=…`) goes with every request. */
  readonly baseUrl: string
  /** Sent as `Authorization: Bearer …`, unless a request brings its own. */
  readonly apiKey?: string
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** 10 s by default. */
  readonly connectTimeoutMs?: number
  /**
   * From the request sent until the reply's head. A model that does not stream thinks as long as it likes before
   * that, so 15 minutes by default; 0 is for ever.
   */
  readonly headersTimeoutMs?: number
  /** Silence within a reply. 15 minutes by default; 0 is for ever. */
  readonly idleTimeoutMs?: number
  /** From the request until the reply's end. 0, the default: no limit. */
  readonly totalTimeoutMs?: number
  /** Sockets to this upstream; requests beyond them wait. 4,096 by default. */
  readonly maxConnections?: number
}

const fifteenMinutesMs = 900_000

/**
 * Any endpoint with OpenAI's protocol. Body and reply are passed on as bytes, without parsing.
 * Connections are opened on first use and kept. Nothing is retried here, because clients of this gateway retry.
 *
 * @throws ConfigError `bad-base-url` if the base URL is not an http(s) URL.
 */
export function createOpenAICompatibleProvider(options: OpenAICompatibleOptions): NetworkedProvider {
  const { name } = options
  const url = httpUrl(options)
  const prefix = url.pathname.replace(/\/+$/, '')
  const upstream = { name, origin: url.origin, totalTimeoutMs: options.totalTimeoutMs ?? 0 }
  const pool = new Pool(url.origin, {
    connections: options.maxConnections ?? 4096,
    pipelining: 1,
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    headersTimeout: options.headersTimeoutMs ?? fifteenMinutesMs,
    bodyTimeout: options.idleTimeoutMs ?? fifteenMinutesMs,
  })
  const headers = baseHeaders(options)
  const flatHeaders = Object.entries(headers).flat()
  let closed: Promise<void> | null = null

  function stream(request: ProviderRequest, sink: ReplySink): AbortRequest {
    const handler = new ReplyHandler(upstream, sink)
    pool.dispatch(
      {
        path: `${prefix}${request.path}${url.search}`,
        method: 'POST',
        body: request.body,
        headers: request.headers === undefined ? flatHeaders : { ...headers, ...request.headers },
      },
      handler,
    )
    return (reason) => handler.abort(reason)
  }

  return {
    name,
    baseUrl: options.baseUrl,
    stream,
    call: (request, signal) => collectReply({ name, stream }, request, signal),
    close() {
      closed ??= pool.close()
      return closed
    },
  }
}

function baseHeaders(options: OpenAICompatibleOptions): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: '*/*',
    'accept-encoding': 'identity',
    'user-agent': `routellm/${version}`,
  }
  if (options.apiKey !== undefined) headers.authorization = `Bearer ${options.apiKey}`
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value
  return headers
}

function httpUrl({ name, baseUrl }: OpenAICompatibleOptions): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new ConfigError(
    'bad-base-url',
    `The base URL "${baseUrl}" of the provider "${name}" is not an http or https URL. Write it with its version path, as in https://api.openai.com/v1.`,
    { param: `providers.${name}.baseUrl` },
  )
}

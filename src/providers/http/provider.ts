import { Pool } from 'undici'
import { checkTimerMs } from '../../base/settings/timer.ts'
import { ConfigError } from '../../errors.ts'
import type {
  AbortRequest,
  NetworkedProvider,
  ProviderRequest,
  ReplySink,
  UsageProvider,
} from '../provider.ts'
import { assembleProvider } from './assemble-provider.ts'
import { createGatedClient, type GatedOptions } from './connection-gate.ts'
import { createContentDecoder } from './content-encoding.ts'
import { createLimitChecks } from './limits.ts'
import { createRequestParts, type HttpProviderOptions, limitsOf } from './options.ts'
import { ReplyHandler } from './reply-handler.ts'

/**
 * Any endpoint that models are called at over HTTP. Body and reply are passed on as bytes, without parsing.
 * Connections are opened on first use and kept. Nothing is retried here, because clients of this gateway retry.
 *
 * @throws ConfigError `unsupported-runtime` under Bun; `bad-base-url` if the base URL is not an http(s) URL.
 */
export function createHttpProvider(options: HttpProviderOptions): NetworkedProvider & UsageProvider {
  refuseBun()
  const { name } = options
  const { url, pathOf, createHeaders } = createRequestParts(options)
  const limits = limitsOf(options)
  const upstream = {
    name,
    origin: url.origin,
    limits,
    requireDone: options.requireDone ?? true,
    createDecoder: createContentDecoder,
  }
  const checks = createLimitChecks(limits)
  const pool = new Pool(url.origin, {
    connections: options.maxConnections ?? 4096,
    pipelining: 1,
    connectTimeout: checkTimerMs(options.connectTimeoutMs ?? 10_000, 'connectTimeoutMs'),
    headersTimeout: 0, // `ReplyHandler` has limits that comments and interim replies do not extend
    bodyTimeout: 0,
    factory: (origin, clientOptions) => createGatedClient(origin, clientOptions),
  })
  const flatHeaders = Object.entries(createHeaders(undefined)).flat()
  let lastExtra: ProviderRequest['headers']
  let lastHeaders = flatHeaders
  let closed: Promise<void> | null = null

  /** Nearly all requests bring the same object: the gateway's own header. */
  function headersOf({ headers: extra }: ProviderRequest): string[] {
    if (extra === undefined) return flatHeaders
    if (extra !== lastExtra) lastHeaders = Object.entries(createHeaders(extra)).flat()
    lastExtra = extra
    return lastHeaders
  }

  function stream(request: ProviderRequest, sink: ReplySink): AbortRequest {
    const handler = new ReplyHandler(upstream, checks, sink)
    const dispatched: GatedOptions = {
      path: pathOf(request),
      method: request.method ?? 'POST',
      body: request.body.length === 0 ? null : request.body,
      headers: headersOf(request),
      gated: handler,
    }
    pool.dispatch(dispatched, handler)
    return (reason) => handler.abort(reason)
  }

  return assembleProvider(options, url, stream, () => {
    closed ??= pool.close()
    return closed
  })
}

/** Bun replaces undici by a part of it that cannot send requests this way. */
function refuseBun(): void {
  const { bun } = process.versions
  if (bun === undefined) return
  throw new ConfigError(
    'unsupported-runtime',
    `RouteLLM cannot call models under Bun (this is Bun ${bun}), because Bun replaces the HTTP client undici. Run it with Node.js 20.19 or newer: \`node\` in place of \`bun\`, \`npx\` in place of \`bunx --bun\`.`,
  )
}

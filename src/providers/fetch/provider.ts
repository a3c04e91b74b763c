import { UpstreamError } from '../../errors.ts'
import { assembleProvider } from '../http/assemble-provider.ts'
import type { ConnectHttp } from '../http/connect.ts'
import { createLimitChecks } from '../http/limits.ts'
import { createRequestParts, type HttpProviderOptions, limitsOf } from '../http/options.ts'
import { ReplyHandler, type UpstreamFacts } from '../http/reply-handler.ts'
import type {
  AbortRequest,
  NetworkedProvider,
  ProviderRequest,
  ReplySink,
  UsageProvider,
} from '../provider.ts'

/** The platform's `fetch`. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>

/** Providers over the `fetch` of the platform, for `createConfiguredProvider`. */
export function connectOverFetch(fetch: Fetch): ConnectHttp {
  return async (options) => createFetchProvider(options, fetch)
}

/**
 * The same provider as `createHttpProvider`, over `fetch`, for platforms without Node's sockets. The platform makes and
 * keeps the connections, so `connectTimeoutMs` and `maxConnections` have no effect.
 *
 * Nothing is shared between requests but settings: on some platforms a request may not touch the timers and streams of
 * another one.
 *
 * @throws ConfigError `bad-base-url` if the base URL is not an http(s) URL.
 */
export function createFetchProvider(
  options: HttpProviderOptions,
  fetch: Fetch,
): NetworkedProvider & UsageProvider {
  const { name } = options
  const { url, pathOf, createHeaders } = createRequestParts(options)
  const limits = limitsOf(options)
  const upstream: UpstreamFacts = {
    name,
    origin: url.origin,
    limits,
    requireDone: options.requireDone ?? true,
    createDecoder: null,
  }
  let isClosed = false

  function stream(request: ProviderRequest, sink: ReplySink): AbortRequest {
    const handler = new ReplyHandler(upstream, createLimitChecks(limits), sink)
    if (isClosed) {
      queueMicrotask(() => handler.onResponseError(null, new Error('the provider is closed')))
      return (reason) => handler.abort(reason)
    }
    const { method = 'POST', body } = request
    const target = `${url.origin}${pathOf(request)}`
    const call = {
      method,
      headers: createHeaders(request.headers),
      redirect: 'manual' as const,
      ...(body.length > 0 && { body: body as NonNullable<RequestInit['body']> }),
    }
    passReply((signal) => fetch(target, { ...call, signal }), handler)
    return (reason) => handler.abort(reason)
  }

  return assembleProvider(options, url, stream, async () => {
    isClosed = true
  })
}

/** Reads a reply into its handler; the handler's gate pauses the reading. */
async function passReply(
  send: (signal: AbortSignal) => Promise<Response>,
  handler: ReplyHandler,
): Promise<void> {
  const canceller = new AbortController()
  let isAborted = false
  const controller = {
    abort(reason: Error) {
      isAborted = true
      canceller.abort(reason)
    },
  }
  let reopen: Promise<void> | null = null
  let open = () => {}
  handler.onConnection({
    close() {
      reopen ??= new Promise((resolve) => {
        open = resolve
      })
    },
    open() {
      reopen = null
      open()
    },
  })
  handler.onRequestStart(controller)
  try {
    if (isAborted) return
    const response = await send(canceller.signal)
    handler.onResponseStart(controller, response.status, plainHeaders(response.headers))
    const reader = response.body?.getReader()
    for (let read = await reader?.read(); read?.done === false; read = await reader?.read()) {
      const { buffer, byteOffset, byteLength } = read.value
      handler.onResponseData(controller, Buffer.from(buffer, byteOffset, byteLength))
      if (reopen !== null) await reopen
    }
    handler.onResponseEnd()
  } catch (error) {
    if (!isAborted) handler.onResponseError(null, toError(error))
  }
}

/** What platforms decode by themselves. The header stays, and with it the length of the encoded bytes. */
const decodedEncodings: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br'])

function plainHeaders(headers: Headers): Record<string, string> {
  const plain = Object.fromEntries(headers)
  const encoding = plain['content-encoding']
  if (encoding !== undefined && decodedEncodings.has(encoding.trim().toLowerCase())) {
    delete plain['content-encoding']
    delete plain['content-length']
  }
  return plain
}

function toError(error: unknown): Error {
  if (!(error instanceof Error)) return new UpstreamError('upstream-unreachable', String(error))
  // Node says why only in the cause: "fetch failed".
  return error.cause instanceof Error ? error.cause : error
}

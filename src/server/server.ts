import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLoopback } from '../config/loopback.ts'
import { anyOrigin, parseOrigin } from '../config/schema/origin.ts'
import { ConfigError } from '../errors.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { createNotifier, type RequestObserver } from '../gateway/request-record.ts'
import { createHttpApp } from './http.ts'
import type { Exchange, ExchangeContext, ServerLog } from './inference/exchange.ts'
import { createHops } from './inference/hops.ts'
import { createInFlight } from './inference/in-flight.ts'
import { createMetrics } from './operations/metrics/metrics.ts'
import { describeProblem } from './public-error.ts'
import type { RequestLog } from './request-log/request-log.ts'
import { refuseOwnAddress } from './self-routing.ts'

/** A gateway over HTTP. */
export type Server = {
  /**
   * Starts to listen; `port` 0 takes a free port.
   *
   * @throws ConfigError `client-keys-required` for an address that others can reach without client keys,
   *   `port-in-use`, `cannot-listen`, `routes-to-itself`.
   */
  listen(address: { readonly host?: string; readonly port: number }): Promise<{ readonly url: string }>
  /**
   * Stops gracefully: `/ready` answers 503, no connection and no new request is accepted, and requests in flight may
   * finish within `drainTimeoutMs`; then they are aborted. The gateway stays open: its owner closes it.
   */
  close(): Promise<void>
}

export type ServerOptions = {
  /** HMACs of the keys that clients may present. Empty or absent: no key is needed. */
  readonly clientKeys?: readonly string[]
  /** Send the client's own Authorization upstream instead of the provider's key. */
  readonly forwardClientKey?: boolean
  /**
   * Origins of web pages that may use the gateway: `http://localhost:5173`. `*`, which needs client keys, is every page.
   * Default: none but the gateway's own.
   */
  readonly allowedOrigins?: readonly string[]
  /** Default: 32 MiB. */
  readonly bodyLimitBytes?: number
  /** Default: 30 s. */
  readonly drainTimeoutMs?: number
  /** Must be longer than a load balancer's own, which otherwise uses connections that are being closed. Default: 75 s. */
  readonly keepAliveTimeoutMs?: number
  /** pino, or an object with its `warn` and `error`. Absent: nothing is logged. */
  readonly log?: ServerLog
  /** Receives a line for every finished request. Its owner closes it after the server. */
  readonly requestLog?: RequestLog
  /** Receive the record of every finished request. */
  readonly observers?: readonly RequestObserver[]
}

const silentLog: ServerLog = { warn() {}, error() {} }

/** @throws ConfigError `bad-origin` if an allowed origin is none, or is `*` without client keys. */
export function createServer(gateway: Gateway, options: ServerOptions = {}): Server {
  const clientKeys = options.clientKeys ?? []
  const allowedOrigins = parseOrigins(options.allowedOrigins ?? [], clientKeys.length === 0)
  const drainTimeoutMs = options.drainTimeoutMs ?? 30_000
  const inFlight = createInFlight<Exchange>()
  const log = options.log ?? silentLog
  const { requestLog } = options
  const metrics = createMetrics({
    modelNames: new Set(gateway.models().map(({ id }) => id)),
    inFlight: () => inFlight.size,
    ...(requestLog !== undefined && { droppedLogLines: () => requestLog.droppedLines }),
  })
  const context: ExchangeContext = {
    gateway,
    inFlight,
    log,
    keepText: requestLog?.keepsText ?? false,
    notify: createNotifier(
      [
        metrics.observe,
        ...(requestLog === undefined ? [] : [requestLog.observe]),
        ...(options.observers ?? []),
      ],
      createFailureLog(log, metrics.observerFailed),
    ),
    nextRequestId: createRequestIds(),
    nextHops: createHops(randomBytes(6).toString('hex')),
    onOver,
  }
  let closing: Promise<void> | null = null
  const app = createHttpApp(context, metrics, {
    clientKeys,
    forwardClientKey: options.forwardClientKey ?? false,
    allowedOrigins,
    bodyLimitBytes: options.bodyLimitBytes ?? 32 * 1024 * 1024,
    keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? 75_000,
    isClosing: () => closing !== null,
  })

  /** Idle connections would keep a closing server open. */
  function onOver(): void {
    if (closing !== null && inFlight.size === 0) setImmediate(() => app.server.closeAllConnections())
  }

  async function drain(): Promise<void> {
    const deadline = setTimeout(() => {
      for (const exchange of inFlight.entries()) exchange.abort()
      // In the next turn of the event loop, because the error events must be emitted first.
      setImmediate(() => app.server.closeAllConnections())
    }, drainTimeoutMs)
    const closed = app.close()
    while (app.server.listening) await nextTurn()
    onOver()
    await closed
    clearTimeout(deadline)
  }

  return {
    async listen({ host = '127.0.0.1', port }) {
      if (!isLoopback(host) && clientKeys.length === 0) throw keysRequired(host)
      const url = await app.listen({ host, port }).catch((error: unknown) => {
        throw cannotListen(error, host, port)
      })
      try {
        refuseOwnAddress(gateway.upstreamUrls(), host, (app.server.address() as AddressInfo).port)
      } catch (error) {
        await app.close()
        throw error
      }
      return { url }
    },
    close() {
      closing ??= drain()
      return closing
    },
  }
}

function parseOrigins(texts: readonly string[], isKeyless: boolean): string[] {
  return texts.map((text) => {
    const origin = parseOrigin(text)
    if (origin !== undefined && !(isKeyless && origin === anyOrigin)) return origin
    const problem =
      origin === undefined
        ? `${JSON.stringify(text)} in allowedOrigins is no origin. Give a scheme, a host and perhaps a port, such as https://chat.example.com.`
        : 'allowedOrigins has "*", and no client key is asked for: every web page could spend the keys of the providers. List the origins, or give clientKeys.'
    throw new ConfigError('bad-origin', problem, { param: 'server.allowedOrigins' })
  })
}

/** Unique across restarts and machines, and cheap: a random prefix, then a counter. */
function createRequestIds(): () => string {
  const prefix = `rllm-${randomBytes(6).toString('hex')}-`
  let count = 0
  return () => prefix + (++count).toString(36)
}

/** Counts every failure of an observer, and logs the first of each. */
function createFailureLog(log: ServerLog, count: () => void): (error: unknown, observer: number) => void {
  const logged = new Set<number>()
  return (error, observer) => {
    count()
    if (logged.has(observer)) return
    logged.add(observer)
    const message = 'an observer of requests failed; later failures of it are counted only'
    log.warn({ observer, problem: describeProblem(error) }, message)
  }
}

function keysRequired(host: string): ConfigError {
  return new ConfigError(
    'client-keys-required',
    `The address ${host} can be reached by others, and whoever reaches this gateway spends its keys. ` +
      'Set server.clientKeys (or --client-key), or listen on 127.0.0.1.',
    { param: 'server.host' },
  )
}

function cannotListen(error: unknown, host: string, port: number): ConfigError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'EADDRINUSE') {
    return new ConfigError(
      'port-in-use',
      `Port ${port} on ${host} is taken by another program. Stop it, or choose another port with --port.`,
      { param: 'server.port', cause: error },
    )
  }
  return new ConfigError('cannot-listen', `Cannot listen on ${host}:${port} (${code}).`, {
    param: 'server.host',
    cause: error,
  })
}

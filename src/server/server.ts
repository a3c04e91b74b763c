import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLoopback } from '../config/loopback.ts'
import { ConfigError } from '../errors.ts'
import type { Decision } from '../gateway/decide/decision.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { createHttpApp } from './http.ts'
import type { Exchange, ExchangeContext, ServerLog } from './inference/exchange.ts'
import { createInFlight } from './inference/in-flight.ts'
import { createMetrics } from './operations/metrics/metrics.ts'
import { refuseOwnAddress } from './self-routing.ts'

/** A gateway over HTTP, in OpenAI's protocol. */
export type Server = {
  /**
   * Starts to listen. `port` 0 takes a free one.
   *
   * @throws ConfigError `client-keys-required` for an address that others can reach without client keys,
   *   `port-in-use`, `cannot-listen`, `routes-to-itself`.
   */
  listen(address: { readonly host?: string; readonly port: number }): Promise<{ readonly url: string }>
  /**
   * Stops gracefully: `/ready` says 503, no connection is accepted, no request begun; those in flight go on for
   * up to `drainTimeoutMs`, then they are cut off. The gateway stays open: it is its owner's to close.
   */
  close(): Promise<void>
}

export type ServerOptions = {
  /** HMACs of the keys that clients may present; empty or absent: none is asked for. */
  readonly clientKeys?: readonly string[]
  /** Send the client's own Authorization upstream instead of the provider's key. */
  readonly forwardClientKey?: boolean
  /** 32 MiB by default. */
  readonly bodyLimitBytes?: number
  /** 30 s by default. */
  readonly drainTimeoutMs?: number
  /** Longer than a load balancer's own, or it sends requests into closing connections. 75 s by default. */
  readonly keepAliveTimeoutMs?: number
  /** pino or what looks like it. Absent: nothing is logged. */
  readonly log?: ServerLog
}

const silentLog: ServerLog = { warn() {}, error() {} }

export function createServer(gateway: Gateway, options: ServerOptions = {}): Server {
  const clientKeys = options.clientKeys ?? []
  const drainTimeoutMs = options.drainTimeoutMs ?? 30_000
  const inFlight = createInFlight<Exchange>()
  const context: ExchangeContext = {
    gateway,
    inFlight,
    metrics: createMetrics(() => inFlight.size),
    log: options.log ?? silentLog,
    nextRequestId: createRequestIds(),
    modelLabel: createModelLabels(gateway),
    onOver,
  }
  let closing: Promise<void> | null = null
  const app = createHttpApp(context, {
    clientKeys,
    forwardClientKey: options.forwardClientKey ?? false,
    bodyLimitBytes: options.bodyLimitBytes ?? 32 * 1024 * 1024,
    keepAliveTimeoutMs: options.keepAliveTimeoutMs ?? 75_000,
    isClosing: () => closing !== null,
  })

  /** Connections kept alive, or opened in advance, hold a server open although nobody waits for an answer. */
  function onOver(): void {
    if (closing !== null && inFlight.size === 0) setImmediate(() => app.server.closeAllConnections())
  }

  async function drain(): Promise<void> {
    const cutOff = setTimeout(() => {
      for (const exchange of inFlight.entries()) exchange.cutOff()
      app.server.closeAllConnections()
    }, drainTimeoutMs)
    const closed = app.close()
    while (app.server.listening) await nextTurn()
    onOver()
    await closed
    clearTimeout(cutOff)
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

/** Unique across restarts and machines, and cheap: a random prefix, then a counter. */
function createRequestIds(): () => string {
  const prefix = `rllm-${randomBytes(6).toString('hex')}-`
  let count = 0
  return () => prefix + (++count).toString(36)
}

function createModelLabels(gateway: Gateway): (decision: Decision) => string {
  const configured = new Set(gateway.models().map(({ id }) => id))
  return ({ model }) => (configured.has(model.name) ? model.name : `${model.provider}/*`)
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

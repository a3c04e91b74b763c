import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { checkTimerMs } from '../base/settings/timer.ts'
import type { GatewayLimits } from '../config/config.ts'
import { isLoopback } from '../config/loopback.ts'
import { createAccounts } from '../gateway/accounts/accounts.ts'
import { createMemoryLedger } from '../gateway/accounts/memory/memory-ledger.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { createNotifier, type RequestObserver } from '../gateway/request-record.ts'
import { createFailedKeys } from './access/failed-keys.ts'
import { createRevokedKeys } from './access/revoked-keys.ts'
import { createAdminAccess } from './admin/access/admin-access.ts'
import { createLiveTail } from './admin/api/live-tail.ts'
import { createHttpApp } from './http.ts'
import { createAdmission } from './inference/admission/admission.ts'
import type { ExchangeContext, OpenExchange, ServerLog } from './inference/exchange-context.ts'
import { createInFlight } from './inference/in-flight.ts'
import { createHops } from './inference/request/hops.ts'
import { createRequestIds } from './inference/request/request-ids.ts'
import { createResponseOrigins } from './inference/stored/response-origins.ts'
import { cannotListen, keysRequired, parseOrigins } from './listening/listen-errors.ts'
import { refuseOwnAddress } from './listening/self-routing.ts'
import { createNodeServer } from './node-server.ts'
import { createMetrics } from './operations/metrics/metrics.ts'
import { createFailureLog } from './operations/observer-failures.ts'
import type { Server, ServerOptions, ServerSettings } from './server-options.ts'
import type { Upgrades } from './socket/upgrade.ts'

const silentLog: ServerLog = { warn() {}, error() {} }

/** @throws ConfigError `bad-origin` if an allowed origin is none, or is `*` without client keys; `bad-timeout`. */
export function createServer(first: Gateway, options: ServerOptions = {}): Server {
  const log = options.log ?? silentLog
  const { requestLog } = options
  const ledger = options.ledger ?? createMemoryLedger(Date.now)
  const generations = new Set<Generation>()
  const countOpen = () => sum(generations, ({ context }) => context.inFlight.size)
  const admission = createAdmission({
    countOpen,
    listener: {
      waited: (seconds) => metrics.queue.waited(seconds),
      refused: (reason) => metrics.queue.refused(reason),
    },
    now: () => performance.now(),
  })
  const metrics = createMetrics({
    isConfigured: (model) => current.models.has(model),
    inFlight: () => countOpen() - admission.waiting,
    waiting: () => admission.waiting,
    leftUsd: () => current.context.accounts.leftUsd(),
    ...(requestLog !== undefined && { droppedLogLines: () => requestLog.droppedLines }),
    ...(options.metrics !== undefined && { further: options.metrics }),
  })
  const live = createLiveTail()
  const observers: RequestObserver[] = [
    metrics.observe,
    (record) => current.context.gateway.observe(record),
    ...(requestLog === undefined ? [] : [requestLog.observe]),
    live.observe,
  ]
  const shared = {
    log,
    admission,
    keeper: options.keeper ?? null,
    keepText:
      requestLog?.keepsText === true ||
      options.keeper?.keepsText === true ||
      options.tracing?.keepsText === true,
    isTraced: options.tracing !== undefined,
    notify: createNotifier(
      [
        ...observers,
        ...(options.tracing === undefined ? [] : [options.tracing.observe]),
        ...(options.observers ?? []),
      ],
      createFailureLog(log, metrics.observerFailed),
    ),
    heartbeatMs: checkTimerMs(options.heartbeatMs ?? 5000, 'heartbeatMs'),
    nextRequestId: createRequestIds(),
    nextHops: createHops(randomBytes(6).toString('hex')),
    responseOrigins: createResponseOrigins(),
  }
  const adminAccess = createAdminAccess(
    options.admin?.token,
    createFailedKeys({
      warn: (fields, message) => log.warn(fields, message),
      now: () => performance.now(),
      schedule: (action, afterMs) => void setTimeout(action, afterMs).unref(),
      message: 'a wrong code or token for the page or the administration API',
    }),
  )
  const revokedKeys = createRevokedKeys(Date.now)
  let state: 'ready' | 'leaving' | 'closing' = 'ready'
  let closed: Promise<void> | null = null
  let address: { readonly host: string; readonly port: number } | null = null
  let current = createGeneration(first, options)
  revokedKeys.serve(options.keys ?? [])
  admission.configure(current.limits)
  /** It listens for all generations. */
  const { app } = current

  function createGeneration(gateway: Gateway, settings: ServerSettings): Generation {
    const { clientKeys = [], keys = [], limits = { pacing: true } } = settings
    const generation: Generation = {
      context: {
        ...shared,
        gateway,
        accounts: createAccounts({ keys, limits, ledger, observed: gateway.observed }),
        inFlight: createInFlight<OpenExchange>(),
        tap: settings.tap ?? null,
        onOver: () => onOver(generation),
      },
      limits,
      models: new Set(gateway.models().map(({ id }) => id)),
      isKeyless: clientKeys.length === 0 && keys.length === 0,
      drainTimeoutMs: checkTimerMs(settings.drainTimeoutMs ?? 30_000, 'drainTimeoutMs'),
      get app() {
        return httpApp
      },
      get upgrades() {
        return upgrades
      },
      release: () => {},
    }
    const { app: httpApp, upgrades } = createHttpApp(generation.context, metrics, {
      clientKeys,
      keys,
      revokedKeys,
      forwardClientKey: settings.forwardClientKey ?? false,
      allowedOrigins: parseOrigins(settings.allowedOrigins ?? [], generation.isKeyless),
      bodyLimitBytes: settings.bodyLimitBytes ?? 32 * 1024 * 1024,
      createServer: () =>
        createNodeServer((request, response) => current.app.routing(request, response), {
          onUpgrade: (request, connection, head) => current.upgrades.accept(request, connection, head),
          keepAliveTimeoutMs: checkTimerMs(options.keepAliveTimeoutMs ?? 75_000, 'keepAliveTimeoutMs'),
          nextRequestId: shared.nextRequestId,
        }),
      admin: options.admin ?? {},
      adminAccess,
      live,
      page: options.page ?? null,
      feedback: options.feedback ?? null,
      isReady: () => state === 'ready',
      isClosing: () => state === 'closing',
      successor: () => (generations.has(generation) ? null : current.context),
    })
    generations.add(generation)
    return generation
  }

  function onOver(generation: Generation): void {
    admission.advance()
    if (generation.context.inFlight.size > 0) return
    if (generation !== current) retire(generation)
    // Idle connections would keep a closing server open.
    if (state === 'closing' && generations.size === 1 && current.context.inFlight.size === 0)
      setImmediate(() => app.server.closeAllConnections())
  }

  function retire(generation: Generation): void {
    generations.delete(generation)
    generation.release()
  }

  async function drain(graceMs: number): Promise<void> {
    state = 'leaving'
    if (graceMs > 0) await wait(graceMs)
    state = 'closing'
    for (const { upgrades } of generations) upgrades.close(1001, 'The gateway is shutting down.')
    const deadline = setTimeout(() => {
      for (const { context } of generations)
        for (const exchange of context.inFlight.entries()) exchange.abort()
      // In the next turn of the event loop, because the error events must be emitted first.
      setImmediate(() => {
        app.server.closeAllConnections()
        for (const { upgrades } of generations) upgrades.terminate()
      })
    }, current.drainTimeoutMs)
    const appClosed = app.close()
    while (app.server.listening) await nextTurn()
    onOver(current)
    await appClosed
    clearTimeout(deadline)
  }

  function checkAddress(gateway: Gateway, isKeyless: boolean, host: string, port: number): void {
    if (!isLoopback(host) && isKeyless) throw keysRequired(host)
    refuseOwnAddress(gateway.upstreamUrls(), host, port)
  }

  return {
    async listen({ host = '127.0.0.1', port }) {
      if (!isLoopback(host) && current.isKeyless) throw keysRequired(host)
      const url = await app.listen({ host, port }).catch((error: unknown) => {
        throw cannotListen(error, host, port)
      })
      address = { host, port: (app.server.address() as AddressInfo).port }
      try {
        checkAddress(first, current.isKeyless, host, address.port)
      } catch (error) {
        await app.close()
        throw error
      }
      return { url }
    },
    async replace(gateway, settings) {
      const next = createGeneration(gateway, settings)
      try {
        if (address !== null) checkAddress(gateway, next.isKeyless, address.host, address.port)
        await next.app.ready()
      } catch (error) {
        generations.delete(next)
        throw error
      }
      const before = current
      const released = new Promise<void>((resolve) => {
        before.release = resolve
      })
      current = next
      revokedKeys.serve(settings.keys ?? [])
      admission.configure(next.limits)
      admission.advance()
      // A client connects again, and is admitted by the new settings.
      before.upgrades.close(1012, 'The settings of the gateway have changed.')
      if (before.context.inFlight.size === 0) retire(before)
      return { released }
    },
    createAdminCode: () => adminAccess.codes.create(),
    close(graceMs = 0) {
      closed ??= drain(graceMs)
      return closed
    },
  }
}

/** A gateway with its settings, until another one replaces it and its last request is over. */
type Generation = {
  readonly context: ExchangeContext
  /** Names of the models that are listed. */
  readonly models: ReadonlySet<string>
  readonly limits: GatewayLimits
  readonly isKeyless: boolean
  readonly drainTimeoutMs: number
  readonly app: ReturnType<typeof createHttpApp>['app']
  readonly upgrades: Upgrades
  /** Called once nothing uses it any more. */
  release: () => void
}

function sum<Item>(items: Iterable<Item>, read: (item: Item) => number): number {
  let total = 0
  for (const item of items) total += read(item)
  return total
}

import type { ClientKey, GatewayLimits } from '../config/config.ts'
import type { Ledger } from '../gateway/accounts/ledger.ts'
import type { FeedbackKeeper } from '../gateway/feedback.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { RequestKeeper } from '../gateway/request-keeper.ts'
import type { RequestObserver } from '../gateway/request-record.ts'
import type { RequestTap } from '../gateway/request-tap.ts'
import type { AdminActions } from './admin/actions/admin-actions.ts'
import type { ServerLog } from './inference/exchange-context.ts'
import type { Metric } from './operations/metrics/exposition.ts'
import type { Tracing } from './operations/tracing/tracing.ts'
import type { RequestLog } from './request-log/request-log.ts'

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
   * Lets another gateway answer from now on, with other settings. The port stays open, and requests in flight finish
   * with the gateway that they began with. A request whose body arrives after that gateway is released is answered by
   * the new one.
   *
   * @returns `released` resolves once nothing uses the gateway before any more; its owner closes it then.
   * @throws ConfigError as `createServer` and `listen` do; then nothing has changed.
   */
  replace(gateway: Gateway, settings: ServerSettings): Promise<{ readonly released: Promise<void> }>
  /** A code that opens the page once within ten minutes, as `/?code=<code>`. */
  createAdminCode(): string
  /**
   * Stops gracefully. At once `/ready` answers 503; after `graceMs`, in which load balancers learn that, no connection
   * and no new request is accepted; requests in flight, those that wait for their turn included, may finish within `drainTimeoutMs`, then they are aborted.
   * The gateway stays open: its owner closes it.
   *
   * @param graceMs default: 0.
   */
  close(graceMs?: number): Promise<void>
}

/** The options that `replace` can change. */
export type ServerSettings = {
  /** HMACs of the keys that clients may present. Empty or absent: no key is needed. */
  readonly clientKeys?: readonly string[]
  /** Keys with a name and limits. */
  readonly keys?: readonly ClientKey[]
  /** Default: none. */
  readonly limits?: GatewayLimits
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
  /** Sees requests on their way. Its owner closes it. Default: nobody looks. */
  readonly tap?: RequestTap
}

export type ServerOptions = ServerSettings & {
  /** Must be longer than a load balancer's own, which otherwise uses connections that are being closed. Default: 75 s. */
  readonly keepAliveTimeoutMs?: number
  /** How often a client that waits for a stream of a cascade gets a comment, so that the connection stays open. Default: 5 s. */
  readonly heartbeatMs?: number
  /** pino, or an object with its `warn` and `error`. Absent: nothing is logged. */
  readonly log?: ServerLog
  /** Receives a line for every finished request. Its owner closes it after the server. */
  readonly requestLog?: RequestLog
  /** What the administration API can do, and the token that opens it. Absent: it does nothing. */
  readonly admin?: AdminActions
  /** The folder of the built page. Absent: `/` answers programs only. */
  readonly page?: string
  /** Keeps what keys have used. Default: one in memory, which begins empty. */
  readonly ledger?: Ledger
  /** Keeps requests before their clients have the end of the reply. Its owner closes it after the server. Absent: none are kept. */
  readonly keeper?: RequestKeeper
  /** Takes `POST /v1/feedback`. Absent: it is refused. */
  readonly feedback?: FeedbackKeeper
  /** Receive the record of every finished request. */
  readonly observers?: readonly RequestObserver[]
  /** Makes spans of requests. Absent: nothing is traced. */
  readonly tracing?: Tracing
  /** Rendered by `/metrics` after those of requests. Names are unique. */
  readonly metrics?: readonly Metric[]
}

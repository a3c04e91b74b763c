import type { Accounts } from '../../gateway/accounts/accounts.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Protocol } from '../../gateway/protocols/protocol.ts'
import type { RequestKeeper } from '../../gateway/request-keeper.ts'
import type { RequestObserver } from '../../gateway/request-record.ts'
import type { RequestTap } from '../../gateway/request-tap.ts'
import type { Admission } from './admission/admission.ts'
import type { InFlight, InFlightEntry } from './in-flight.ts'
import type { createHops } from './request/hops.ts'
import type { ResponseOrigins } from './stored/response-origins.ts'

/** What a server that stops ends. */
export type OpenExchange = InFlightEntry & { abort(): void }

/** The state that all exchanges of one server share. */
export type ExchangeContext = {
  readonly gateway: Gateway
  /** Exchanges whose response is not over. */
  readonly inFlight: InFlight<OpenExchange>
  readonly log: ServerLog
  /** Whether records carry the text of request and reply. */
  readonly keepText: boolean
  /** Whether records carry what spans are made of. */
  readonly isTraced: boolean
  /** What requests may use. */
  readonly accounts: Accounts
  /** How many requests are answered at once. */
  readonly admission: Admission
  /** Keeps requests before their clients have the end of the reply; null if none are kept. */
  readonly keeper: RequestKeeper | null
  /** Sees requests on their way; null if nobody looks. */
  readonly tap: RequestTap | null
  /** Receives the record of every request that is over. */
  readonly notify: RequestObserver
  /** How often a client hears that a stream which it waits for is still to come. */
  readonly heartbeatMs: number
  nextRequestId(): string
  /** Which models made the responses that clients may ask for again. */
  readonly responseOrigins: ResponseOrigins
  /** As `createHops` returns it. */
  readonly nextHops: ReturnType<typeof createHops>
  /** Called after the last byte of an exchange is out, or its socket is gone. */
  onOver(): void
}

/** The part of pino's interface that is used. It never gets a prompt or a key. */
export type ServerLog = {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** One path that exchanges come on. */
export type Endpoint = {
  /** `/v1/chat/completions`. */
  readonly route: string
  readonly protocol: Protocol
  /** False if it only decides. */
  readonly callsModel: boolean
  /** Of the records of its requests. */
  readonly tags: readonly string[]
}

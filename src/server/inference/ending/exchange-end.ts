import type { RequestAccount } from '../../../gateway/accounts/request-account.ts'
import type { RequestKeeper } from '../../../gateway/request-keeper.ts'
import type { RequestRecord } from '../../../gateway/request-record.ts'
import { createRecord, type ExchangeFacts, toFinishedCalls } from './record.ts'

/** An exchange that is about to end, or is over. */
export type EndingExchange = {
  /** What the request may use; null if nothing limits it. */
  readonly account: RequestAccount | null
  /** As `performance.now()`. */
  readonly receivedAt: number
  /** What is known of it now. @param status the client's. */
  toFacts(status: number): ExchangeFacts
}

/**
 * The end of one exchange: its record is made and settled once, and is kept before the client has the end of the reply.
 *
 * A class, because one is made per request.
 */
export class ExchangeEnd {
  readonly #exchange: EndingExchange
  /** Null if the request is not kept. */
  readonly #keeper: RequestKeeper | null
  /** As it was given to the keeper. */
  #kept: RequestRecord | null = null
  /** Bytes of the reply that are to come by its content length; NaN if it has none. */
  #bytesLeft = Number.NaN

  constructor(exchange: EndingExchange, keeper: RequestKeeper | null) {
    this.#exchange = exchange
    this.#keeper = keeper
  }

  /** The reply's head says how long it is. */
  onHead(contentLength: string | undefined): void {
    if (this.#keeper !== null) this.#bytesLeft = Number(contentLength)
  }

  /**
   * A part of the reply is about to be written: if it is the last one, the request is kept. A client need not wait for the end
   * of the response if it knows the last byte, or the last event.
   */
  onData(bytes: number, hasLastEvent: boolean, status: number): void {
    if (this.#keeper === null) return
    this.#bytesLeft -= bytes
    if (this.#bytesLeft <= 0 || hasLastEvent) this.keep(status)
  }

  /** What is known of the request now that its reply is about to end is kept before the client has the end. */
  keep(status: number): void {
    if (this.#keeper === null || this.#kept !== null) return
    const facts = this.#exchange.toFacts(status)
    this.#kept = createRecord(facts)
    this.#keeper.keep(this.#kept, this.#settle(this.#kept, facts))
  }

  /** The record of the request that is over. @param status the client's, as it ended. */
  finish(status: number): RequestRecord {
    if (this.#kept === null) {
      this.keep(status)
      if (this.#kept !== null) return this.#kept
      const facts = this.#exchange.toFacts(status)
      const record = createRecord(facts)
      this.#settle(record, facts)
      return record
    }
    const kept: RequestRecord = this.#kept
    const total = performance.now() - this.#exchange.receivedAt
    const record = { ...kept, status, ms: { ...kept.ms, total } }
    if (status !== kept.status) this.#keeper?.amend(record)
    return record
  }

  #settle(record: RequestRecord, { delivery }: ExchangeFacts): number | null {
    const { account } = this.#exchange
    if (account === null) return record.usd
    return account.settle(record, toFinishedCalls(record, delivery))
  }
}

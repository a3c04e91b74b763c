import type { RequestRecord } from './request-record.ts'

/**
 * Keeps requests beyond the life of the process. Both functions return at once and never throw: what cannot be kept costs
 * no request.
 */
export type RequestKeeper = {
  /** Whether it takes the text of requests and replies. */
  readonly keepsText: boolean
  /**
   * Takes a request whose reply is complete, before the client has the end of it. So a client that has a whole reply
   * finds its request kept, even if the process is killed next.
   *
   * @param chargedUsd what the request counts against budgets, from 0; null if it is not known.
   */
  keep(record: RequestRecord, chargedUsd: number | null): void
  /** The client left before it had read the end: the kept record with its final status and times. */
  amend(record: RequestRecord): void
}

import type { RecordedTokens, RequestRecord } from '../request-record.ts'

/** What savings are computed from: a part of a request's record, or of its row. */
export type CostedRequest = {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly session: string | null
  readonly policy: string | null
  readonly router: string | null
  readonly model: string | null
  readonly status: number
  /** Of the call that answered; null if its upstream did not report them. */
  readonly tokens: RecordedTokens | null
  /** Dollars of all its calls; null if they are not known. */
  readonly usd: number | null
  /** Whether the head of a reply came. */
  readonly hasHead: boolean
}

export function toCostedRequest(record: RequestRecord): CostedRequest {
  const { time, session, policy, router, model, status, tokens, usd, ms } = record
  return { time, session, policy, router, model, status, tokens, usd, hasHead: ms.firstByte !== null }
}

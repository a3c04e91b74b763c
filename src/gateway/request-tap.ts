import type { Buffer } from 'node:buffer'
import type { RequestNeeds } from '../routing/catalogue/request-needs.ts'
import type { Decision } from './decide/decision.ts'
import type { Protocol } from './protocols/protocol.ts'
import type { RequestRecord } from './request-record.ts'
import type { OutgoingRequest } from './send/outgoing-request.ts'

/** Sees requests on their way, and changes none. Nothing of it throws or waits. */
export type RequestTap = {
  /** A request is about to be sent. @returns what takes its reply; null, nearly always, if it is of no interest. */
  begin(request: TappedRequest): ReplyTap | null
}

export type TappedRequest = {
  /** The gateway's id. */
  readonly id: string
  readonly decision: Decision
  readonly request: OutgoingRequest
  /** The client's. */
  readonly protocol: Protocol
  /** What the request, and its key, demand of a model. */
  readonly needs: RequestNeeds
}

export type ReplyTap = {
  /** @param encoding of the content, if there is one. */
  onHead(isEventStream: boolean, encoding: string | undefined): void
  /** The chunk's memory is not the tap's to keep. */
  push(chunk: Buffer): void
  /** The request is over; its client has the whole reply if the status of the record is 200. */
  end(record: RequestRecord): void
}

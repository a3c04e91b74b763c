import type { RouteLLMError } from '../../../errors.ts'
import type { Protocol } from '../../../gateway/protocols/protocol.ts'

/** Statuses in the record of a request without a complete reply. They replace the status that was sent. */
export const clientClosedRequest = 499
export const brokenReply = 502

/** The way back to the client of one exchange: an HTTP response, or a turn on a socket. */
export type ReplyChannel = {
  /** Whether there is still a client to answer. */
  readonly isOpen: boolean
  /** Whether the client has got its status and headers. */
  readonly hasHead: boolean
  /** The status for the request's record, once the channel is closed. */
  readonly finalStatus: number
  /** Whether the client takes a body in these content encodings. */
  accepts(encodings: readonly string[]): boolean
  /** @param flat headers as name, value, name, value. */
  writeHead(status: number, flat: string[], isEventStream: boolean): void
  /** Returns false if the client reads slower than this; `resume` is called once it has caught up. */
  write(bytes: Buffer, resume: () => void): boolean
  /** Tells the client that its stream is still to come. @param text one line. */
  writeComment(text: string): void
  end(): void
  sendJson(status: number, value: object, flat: string[]): void
  /**
   * Answers with an error if nothing was written yet, and breaks the reply off otherwise.
   *
   * @param headers gives the headers of an error reply.
   */
  fail(error: RouteLLMError, headers: () => string[]): void
  /** Closes the connection, after what was written has been handed to the system. */
  destroy(): void
  /** Calls the listener once, when the reply is over or the client has gone. */
  onClose(listener: () => void): void
}

/** Opens the channel for an exchange that has just begun. */
export type OpenReply = (protocol: Protocol, requestId: string) => ReplyChannel

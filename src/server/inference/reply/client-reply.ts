import { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import { acceptsEncodings } from '../../../base/http/content-decoders.ts'
import type { RouteLLMError } from '../../../errors.ts'
import type { Protocol } from '../../../gateway/protocols/protocol.ts'
import { brokenReply, clientClosedRequest, type OpenReply, type ReplyChannel } from './reply-channel.ts'

const firstProbeMs = 50
const nextProbeMs = 5000

/**
 * The reply to one client, on a raw response: its head is written once, its body with back-pressure, and its end is
 * either complete or visibly broken.
 */
export class ClientReply implements ReplyChannel {
  readonly #response: ServerResponse
  readonly #protocol: Protocol
  readonly #requestId: string
  #isEventStream = false
  #hasData = false
  #isTruncated = false

  constructor(response: ServerResponse, protocol: Protocol, requestId: string) {
    this.#response = response
    this.#protocol = protocol
    this.#requestId = requestId
  }

  /** Whether there is still a client to answer. */
  get isOpen(): boolean {
    return !this.#isTruncated && !this.#response.destroyed && !this.#response.writableEnded
  }

  /** Whether the client has got its status and headers. */
  get hasHead(): boolean {
    return this.#response.headersSent
  }

  /** The status for the request's record, once the response is closed. */
  get finalStatus(): number {
    if (this.#isTruncated) return brokenReply
    return this.#response.writableFinished ? this.#response.statusCode : clientClosedRequest
  }

  /** Whether the client takes a body in these content encodings. */
  accepts(encodings: readonly string[]): boolean {
    return acceptsEncodings(this.#response.req.headers['accept-encoding'], encodings)
  }

  /** @param flat headers as name, value, name, value. */
  writeHead(status: number, flat: string[], isEventStream: boolean): void {
    if (this.#response.hasHeader('vary')) mergeVary(flat, String(this.#response.getHeader('vary')))
    this.#response.writeHead(status, flat)
    this.#isEventStream = isEventStream
    // Most upstreams send the first bytes along; one that thinks first must not hold back the head.
    if (isEventStream) process.nextTick(flushWaitingHead, this)
  }

  flushWaitingHead(): void {
    if (!this.isOpen || this.#hasData) return
    this.#response.flushHeaders()
    if (this.#response.socket?.readableEnded === true) this.#probe(firstProbeMs)
  }

  /**
   * The client has ended its side before the head was sent: it waits, or has gone. A comment tells: the system of a
   * client that has gone refuses it, which closes the response. Once there is data, the data does.
   */
  #probe(afterMs: number): void {
    setTimeout(() => {
      if (!this.isOpen || this.#hasData) return
      this.#response.write(': waiting\n\n') // not as data, which ends the probing
      this.#probe(nextProbeMs)
    }, afterMs).unref()
  }

  /** Returns false if the client reads slower than this; `resume` is called once it has caught up. */
  write(bytes: Buffer, resume: () => void): boolean {
    this.#hasData = true
    if (this.#response.write(bytes)) return true
    this.#response.once('drain', resume)
    return false
  }

  /** Writes a comment of an event stream, which clients ignore. @param text one line. */
  writeComment(text: string): void {
    this.#hasData = true
    this.#response.write(`: ${text}\n\n`)
  }

  end(): void {
    this.#response.end()
  }

  sendJson(status: number, value: object, flat: string[]): void {
    const body = Buffer.from(JSON.stringify(value))
    flat.push('content-type', 'application/json; charset=utf-8', 'content-length', String(body.length))
    this.#response.writeHead(status, flat).end(body)
  }

  /**
   * Answers with an error if nothing was written yet, and breaks the reply off otherwise.
   *
   * @param headers gives the headers of an error reply.
   */
  fail(error: RouteLLMError, headers: () => string[]): void {
    if (this.#response.headersSent) this.#truncate(error)
    else this.sendJson(error.status, this.#protocol.errorBody(error, this.#requestId), headers())
  }

  /** Closes the connection, after what was written has been handed to the system: Node does that at the end of a turn. */
  destroy(): void {
    setImmediate(destroyResponse, this.#response)
  }

  onClose(listener: () => void): void {
    this.#response.on('close', listener) // Node emits it once
  }

  /** A clean end would look like success, so the client gets an error event, and no end. */
  #truncate(error: RouteLLMError): void {
    this.#isTruncated = true
    const { socket } = this.#response
    // The end of the socket flushes what was written; the end of the response would add the mark of a complete reply.
    const cut = () => (socket === null ? this.#response.destroy() : socket.destroySoon())
    // From Node 24 on the response keeps a chunk until the end of the turn, so a socket that ends now would lose it.
    if (this.#isEventStream) this.#response.write(this.#protocol.errorEvent(error, this.#requestId), cut)
    else cut()
  }
}

/** Opens the reply on a raw response. */
export function openClientReply(response: ServerResponse): OpenReply {
  return (protocol, requestId) => new ClientReply(response, protocol, requestId)
}

/** A header of `writeHead` would replace the one of the rules for browsers. */
function mergeVary(flat: string[], own: string): void {
  const at = flat.findIndex((name, index) => index % 2 === 0 && name === 'vary')
  if (at !== -1) flat[at + 1] = `${flat[at + 1]}, ${own}`
}

function destroyResponse(response: ServerResponse): void {
  response.destroy()
}

function flushWaitingHead(reply: ClientReply): void {
  reply.flushWaitingHead()
}

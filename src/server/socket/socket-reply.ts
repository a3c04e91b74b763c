import { Buffer } from 'node:buffer'
import { fieldOf } from '../../base/text/json/field-of.ts'
import { type RouteLLMError, UpstreamError } from '../../errors.ts'
import type { Protocol } from '../../gateway/protocols/protocol.ts'
import { createEventReader } from '../../gateway/protocols/wire/event-reader.ts'
import { brokenReply, clientClosedRequest, type ReplyChannel } from '../inference/reply/reply-channel.ts'

/** The client's end of a socket, as a turn uses it. */
export type FrameSink = {
  readonly isOpen: boolean
  /** Bytes that the client has not read yet. */
  readonly bufferedBytes: number
  /** @param onSent is called once the frame has been handed to the system. */
  send(frame: string | Buffer, onSent?: () => void): void
  /** Closes the connection at once. */
  terminate(): void
}

/** Learns of a turn. */
export type TurnListener = {
  onEvent(data: Buffer): void
  onOver(): void
}

/** Of unread frames: then the upstream is paused. */
const mostBufferedBytes = 1 << 20
/** The event that ends a stream repeats the whole response. */
const maxEventBytes = 1 << 26
const maxDocumentBytes = 1 << 20

/**
 * The reply to one turn on a socket: the data of each event of the stream is a text frame. An answer of another kind is
 * one frame: an error with its status, or the response that an upstream has sent as a whole.
 *
 * A class, because it has the state of one turn.
 */
export class SocketReply implements ReplyChannel {
  readonly #sink: FrameSink
  readonly #protocol: Protocol
  readonly #requestId: string
  readonly #turn: TurnListener
  readonly #reader = createEventReader(maxEventBytes, (data) => this.#sendEvent(data))
  #status = 0
  #isEventStream = false
  #retryAfter: string | undefined
  #document: Buffer[] = []
  #documentBytes = 0
  #unsentFrames = 0
  #resume: (() => void) | null = null
  #finalStatus = clientClosedRequest
  #isOver = false
  #onClose: () => void = () => {}

  constructor(sink: FrameSink, protocol: Protocol, requestId: string, turn: TurnListener) {
    this.#sink = sink
    this.#protocol = protocol
    this.#requestId = requestId
    this.#turn = turn
  }

  get isOpen(): boolean {
    return !this.#isOver && this.#sink.isOpen
  }

  get hasHead(): boolean {
    return this.#status !== 0
  }

  get finalStatus(): number {
    return this.#finalStatus
  }

  /** A frame is text. */
  accepts(): boolean {
    return false
  }

  writeHead(status: number, flat: string[], isEventStream: boolean): void {
    this.#status = status
    this.#isEventStream = isEventStream
    const at = flat.indexOf('retry-after')
    if (at !== -1) this.#retryAfter = flat[at + 1]
  }

  write(bytes: Buffer, resume: () => void): boolean {
    if (!this.#isEventStream) {
      this.#documentBytes += bytes.length
      if (this.#documentBytes <= maxDocumentBytes) this.#document.push(Buffer.from(bytes)) // the upstream's memory
      return true
    }
    this.#reader.push(bytes)
    if (this.#unsentFrames === 0 || this.#sink.bufferedBytes <= mostBufferedBytes) return true
    this.#resume = resume
    return false
  }

  /** The ping of the socket keeps the connection alive. */
  writeComment(): void {}

  end(): void {
    if (this.#isEventStream) this.#reader.end()
    else this.#sendDocument(this.#status, parse(Buffer.concat(this.#document)))
    this.#finish(this.#status)
  }

  sendJson(status: number, value: object): void {
    this.#sendDocument(status, value)
    this.#finish(status)
  }

  fail(error: RouteLLMError, headers: () => string[]): void {
    const flat = headers()
    const at = flat.indexOf('retry-after')
    if (at !== -1) this.#retryAfter = flat[at + 1]
    this.#sendDocument(error.status, this.#protocol.errorBody(error, this.#requestId))
    this.#finish(this.hasHead ? brokenReply : error.status)
  }

  destroy(): void {
    setImmediate(() => this.#sink.terminate())
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
  }

  /** The client has gone. */
  abandon(): void {
    this.#finish(this.#finalStatus)
  }

  #sendEvent(data: Buffer): void {
    if (data.length === 6 && data.toString('latin1') === '[DONE]') return
    this.#turn.onEvent(data)
    this.#unsentFrames++
    this.#sink.send(Buffer.from(data), this.#onSent) // the reader's memory
  }

  readonly #onSent = (): void => {
    if (--this.#unsentFrames > 0 || this.#resume === null) return
    const resume = this.#resume
    this.#resume = null
    resume()
  }

  #sendDocument(status: number, value: unknown): void {
    if (status < 400) {
      const output = fieldOf(value, 'output')
      const items = (Array.isArray(output) ? output : []).map((item, index) => ({
        type: 'response.output_item.done',
        output_index: index,
        item,
      }))
      for (const [index, event] of [...items, { type: 'response.completed', response: value }].entries())
        this.#sendEvent(Buffer.from(JSON.stringify({ ...event, sequence_number: index })))
      return
    }
    const error = fieldOf(value, 'error') ?? this.#describeStatus(status)
    const headers = this.#retryAfter === undefined ? {} : { headers: { 'retry-after': this.#retryAfter } }
    this.#sink.send(JSON.stringify({ type: 'error', status, error, ...headers }))
  }

  /** The error for an upstream's page, which no frame can carry. */
  #describeStatus(status: number): unknown {
    const message = `The upstream answered ${status} without an error of its protocol.`
    const error = new UpstreamError('upstream-refused', message, { status })
    return fieldOf(this.#protocol.errorBody(error, this.#requestId), 'error')
  }

  #finish(status: number): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#finalStatus = status
    this.#onClose()
    this.#turn.onOver()
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

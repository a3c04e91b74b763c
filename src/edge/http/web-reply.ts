import { Buffer } from 'node:buffer'
import type { RouteLLMError } from '../../errors.ts'
import type { Protocol } from '../../gateway/protocols/protocol.ts'
import {
  brokenReply,
  clientClosedRequest,
  type ReplyChannel,
} from '../../server/inference/reply/reply-channel.ts'

/** Bytes that the client has not read yet; then the upstream is paused. */
const mostQueuedBytes = 1 << 16

/** Given to the platform to pass the last bytes on. */
const passingOnMs = 20

/**
 * The reply to one client as a `Response`: it resolves with the head, and its body is a stream that the client pulls.
 *
 * A class, because it has the state of one reply.
 */
export class WebReply implements ReplyChannel {
  /** Resolves once the reply has a head. */
  readonly response: Promise<Response>
  readonly #protocol: Protocol
  readonly #requestId: string
  #resolve: (response: Response) => void = () => {}
  #status = 0
  #isEventStream = false
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  #state: 'open' | 'left' | 'ended' | 'broken' | 'over' = 'open'
  #finalStatus = clientClosedRequest
  /** Continues a pull that waits for bytes. */
  #wake: (() => void) | null = null
  #resumeUpstream: (() => void) | null = null
  #onClose: () => void = () => {}

  /** @param signal aborts when the client leaves. */
  constructor(protocol: Protocol, requestId: string, signal: AbortSignal | undefined) {
    this.#protocol = protocol
    this.#requestId = requestId
    this.response = new Promise((resolve) => {
      this.#resolve = resolve
    })
    // A signal that has aborted tells no listener any more.
    if (signal?.aborted === true) this.#state = 'left'
    else signal?.addEventListener('abort', () => this.#abandon(), { once: true })
  }

  get isOpen(): boolean {
    return this.#state === 'open'
  }

  get hasHead(): boolean {
    return this.#status !== 0
  }

  get finalStatus(): number {
    return this.#finalStatus
  }

  /** The platform would encode the bytes of a named encoding again. */
  accepts(): boolean {
    return false
  }

  writeHead(status: number, flat: string[], isEventStream: boolean): void {
    const hasBody = status !== 204 && status !== 205 && status !== 304
    // A `Response` has no other statuses; some upstreams do.
    const shown = status >= 200 && status <= 599 ? status : brokenReply
    const response = new Response(hasBody ? this.#createBody() : null, {
      status: shown,
      headers: toHeaders(flat),
    })
    this.#status = shown // the head is out: from here on an error breaks the reply off
    this.#isEventStream = isEventStream
    this.#resolve(response)
    if (!hasBody) this.#finish(shown)
  }

  write(bytes: Uint8Array, resume: () => void): boolean {
    this.#push(bytes)
    if (this.#queuedBytes <= mostQueuedBytes) return true
    this.#resumeUpstream = resume
    return false
  }

  writeComment(text: string): void {
    this.#push(Buffer.from(`: ${text}\n\n`))
  }

  end(): void {
    this.#close('ended')
  }

  sendJson(status: number, value: object, flat: string[]): void {
    const headers = toHeaders([...flat, 'content-type', 'application/json; charset=utf-8'])
    this.#resolve(new Response(JSON.stringify(value), { status, headers }))
    this.#status = status
    this.#state = 'ended'
    queueMicrotask(() => this.#finish(status)) // as a socket: after the caller has returned
  }

  fail(error: RouteLLMError, headers: () => string[]): void {
    if (!this.hasHead) {
      this.sendJson(error.status, this.#protocol.errorBody(error, this.#requestId), headers())
      return
    }
    if (this.#isEventStream) this.#push(Buffer.from(this.#protocol.errorEvent(error, this.#requestId)))
    this.#close('broken')
  }

  destroy(): void {
    this.#close('broken')
  }

  onClose(listener: () => void): void {
    this.#onClose = listener
    if (this.#state === 'left') queueMicrotask(() => this.#abandon())
  }

  #createBody(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#abandon() },
      { highWaterMark: 0 },
    )
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#queue.length === 0 && this.#state === 'open')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    const next = this.#queue.shift()
    if (next !== undefined) {
      this.#queuedBytes -= next.length
      controller.enqueue(next)
      if (this.#queuedBytes <= mostQueuedBytes) this.#resume()
    } else if (this.#state === 'ended') {
      controller.close()
      this.#finish(this.#status)
    } else if (this.#state === 'broken') {
      // A clean end would look like success. An error discards what the platform has not passed on yet.
      await new Promise((resolve) => setTimeout(resolve, passingOnMs))
      controller.error(new Error('the reply broke off'))
      this.#finish(brokenReply)
    } else controller.error(new Error('the client has left')) // whoever still reads must not wait
  }

  #resume(): void {
    const resume = this.#resumeUpstream
    this.#resumeUpstream = null
    resume?.()
  }

  #push(bytes: Uint8Array): void {
    if (bytes.length === 0) return // an empty chunk is an error on some platforms
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.length
    this.#wakePull()
  }

  #close(state: 'ended' | 'broken'): void {
    if (this.#state === 'open') this.#state = state
    this.#wakePull()
  }

  #wakePull(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }

  /** The client has gone. */
  #abandon(): void {
    if (this.#state === 'over') return
    this.#queue = []
    if (!this.hasHead) this.#resolve(new Response(null, { status: clientClosedRequest }))
    this.#finish(clientClosedRequest)
    this.#wakePull()
  }

  #finish(status: number): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#finalStatus = status
    this.#onClose()
  }
}

function toHeaders(flat: readonly string[]): Headers {
  const headers = new Headers()
  for (let at = 0; at < flat.length; at += 2) headers.append(flat[at]!, flat[at + 1]!)
  return headers
}

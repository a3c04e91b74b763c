import { Buffer } from 'node:buffer'
import type { AbortRequest, ReplySink } from '../../providers/provider.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Protocol, TapReading, UsageTap } from '../protocols/protocol.ts'
import { isEventStream } from '../protocols/wire/event-reader.ts'
import type { Sender } from './sender.ts'

/** A client's request as each attempt sends it. */
export type OutgoingRequest = {
  /** Below the provider's base URL. */
  readonly path: string
  /** The client's own bytes. */
  readonly body: Buffer
  /** Extra headers; lower-case names. */
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** The client's side of a request. Its calls come from one attempt only: the one that committed. */
export type ReplyReceiver = {
  /** The reply is this attempt's from here on. Comes once, before all others but `onError`. */
  onCommit(status: number, headers: Readonly<Record<string, string>>, isEventStream: boolean): void
  /** Returns false to pause the upstream; `resume` continues it. */
  onData(chunk: Buffer, resume: () => void): boolean
  onEnd(): void
  /** No attempt could answer, or the one that committed broke off. */
  onError(error: Error): void
}

/** Learns of an attempt that failed while another one can still answer. */
export type AttemptOwner = { onUncommittedFailure(error: Error): void }

type Head = { readonly status: number; readonly headers: Readonly<Record<string, string>> }

/**
 * One upstream call: sends the request with the model's upstream name, reads the usage off the reply and measures it.
 *
 * The commit rule: a reply commits at the first byte of its body, or at its end if it has none; an event stream, and the
 * reply of a plan's last attempt, commit at the head. Before that the client has nothing, and a failure goes to the
 * owner; afterwards it goes to the receiver.
 *
 * A class, because one is made per request.
 */
export class Attempt implements ReplySink {
  readonly model: Model
  readonly #protocol: Protocol
  readonly #receiver: ReplyReceiver
  readonly #owner: AttemptOwner
  readonly #isLast: boolean
  #abortUpstream: AbortRequest | null = null
  #resume: () => void = doNothing
  #head: Head | null = null
  #committed = false
  #isStream = false
  #tap: UsageTap | null = null
  #sentAt = 0
  #headAt = 0

  constructor(
    model: Model,
    protocol: Protocol,
    receiver: ReplyReceiver,
    owner: AttemptOwner,
    isLast: boolean,
  ) {
    this.model = model
    this.#protocol = protocol
    this.#receiver = receiver
    this.#owner = owner
    this.#isLast = isLast
  }

  start(sender: Sender, { path, body, headers }: OutgoingRequest): void {
    const upstreamBody = this.#protocol.replaceModel(body, this.model.upstream)
    this.#sentAt = performance.now()
    this.#abortUpstream = sender.send(
      this.model,
      headers === undefined ? { path, body: upstreamBody } : { path, body: upstreamBody, headers },
      this,
    )
    this.#sentAt = performance.now()
  }

  /** When the request was sent, as `performance.now()`. */
  get sentAt(): number {
    return this.#sentAt
  }

  /** When the reply's head came, as `performance.now()`; 0 if none came. */
  get headAt(): number {
    return this.#headAt
  }

  /** Closes the upstream's socket, if the reply is not complete. */
  abort(): void {
    this.#abortUpstream?.()
  }

  /** The reply is over: its usage; null if the reply is of a kind that reports none. */
  readUsage(): TapReading | null {
    return this.#tap?.end() ?? null
  }

  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void {
    this.#headAt = performance.now()
    this.#resume = resume
    this.#head = { status, headers }
    const contentType = headers['content-type'] ?? ''
    if (status === 200) this.#tap = this.#protocol.createUsageTap(contentType)
    this.#isStream = isEventStream(contentType)
    if (this.#isStream || this.#isLast) this.#commit()
  }

  onData(chunk: Uint8Array): boolean {
    if (!this.#committed) this.#commit()
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#tap !== null) this.#tap.push(bytes)
    return this.#receiver.onData(bytes, this.#resume)
  }

  onEnd(): void {
    if (!this.#committed) this.#commit()
    this.#abortUpstream = null
    this.#receiver.onEnd()
  }

  onError(error: Error): void {
    this.#abortUpstream = null
    if (this.#committed) this.#receiver.onError(error)
    else this.#owner.onUncommittedFailure(error)
  }

  #commit(): void {
    if (this.#head === null) throw new Error('a provider reported a body before its head')
    this.#committed = true
    this.#receiver.onCommit(this.#head.status, this.#head.headers, this.#isStream)
  }
}

function doNothing(): void {}

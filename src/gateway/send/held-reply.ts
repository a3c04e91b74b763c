import { Buffer } from 'node:buffer'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { Attempt } from './attempt.ts'
import type { AttemptOwner, ReplyReceiver } from './reply/reply-receiver.ts'

/** A longer answer is not read: it passes as it comes. */
export const maxHeldBytes = 1 << 23

/** What became of a call whose reply is held. */
export type HeldState = 'waiting' | 'complete' | 'refused' | 'failed' | 'too-long'

/**
 * A call whose reply nobody has got yet: it is kept, whole, until it is released to a receiver or forgotten.
 *
 * A class, because the attempt reports to it.
 */
export class HeldReply implements ReplyReceiver, AttemptOwner {
  readonly attempt: Attempt
  readonly #onSettled: (held: HeldReply) => void
  #state: HeldState = 'waiting'
  #status = 0
  #headers: Readonly<Record<string, string>> = {}
  #isEventStream = false
  #chunks: Buffer[] = []
  #length = 0
  #error: Error | null = null
  #receiver: ReplyReceiver | null = null

  /** @param onSettled is called once, as soon as it is not waiting any more; also within `attempt.start`. */
  constructor(model: Model, protocol: Protocol, onSettled: (held: HeldReply) => void) {
    this.#onSettled = onSettled
    this.attempt = new Attempt(model, protocol, this, this)
  }

  get state(): HeldState {
    return this.#state
  }

  get status(): number {
    return this.#status
  }

  get isEventStream(): boolean {
    return this.#isEventStream
  }

  /** Why it failed. */
  get error(): Error | null {
    return this.#error
  }

  /** The bytes so far, as the client would have got them. */
  readBody(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** Gives the reply to the receiver, and what else comes of it as it comes. */
  release(receiver: ReplyReceiver): void {
    this.#receiver = receiver
    receiver.onCommit(this.#status, this.#headers, this.#isEventStream)
    const body = this.readBody()
    this.#chunks = []
    if (body.length > 0) receiver.onData(body, doNothing) // it is in memory already
    if (this.#state === 'complete' || this.#state === 'refused') receiver.onEnd()
  }

  /** Closes the upstream's socket, if the reply is not complete, and forgets what came. */
  abort(): void {
    this.attempt.abort()
    this.#chunks = []
  }

  onCommit(status: number, headers: Readonly<Record<string, string>>, isEventStream: boolean): void {
    this.#status = status
    this.#headers = headers
    this.#isEventStream = isEventStream
  }

  onData(chunk: Buffer, resume: () => void): boolean {
    if (this.#receiver !== null) return this.#receiver.onData(chunk, resume)
    this.#chunks.push(Buffer.from(chunk)) // the chunk's memory is the upstream's
    this.#length += chunk.length
    if (this.#length > maxHeldBytes) this.#settle('too-long')
    return true
  }

  onEnd(): void {
    if (this.#receiver === null) this.#settle(this.#status < 400 ? 'complete' : 'refused')
    else this.#receiver.onEnd()
  }

  onError(error: Error): void {
    this.#error = error
    if (this.#receiver === null) this.#settle('failed')
    else this.#receiver.onError(error)
  }

  onUncommittedFailure(error: Error): void {
    this.onError(error)
  }

  takesFailure(): boolean {
    return false // an error is held like a reply
  }

  takesOverflow(): boolean {
    return false // the owner reads the body of a refusal
  }

  onContextOverflow(): void {}

  #settle(state: HeldState): void {
    if (this.#state !== 'waiting') return
    this.#state = state
    this.#onSettled(this)
  }
}

function doNothing(): void {}

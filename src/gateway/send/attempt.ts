import { Buffer } from 'node:buffer'
import type { AbortRequest, ReplySink } from '../../providers/provider.ts'
import type { Effort, Model } from '../../routing/catalogue/model.ts'
import type { Protocol, StreamFilter, TapReading, UsageTap } from '../protocols/protocol.ts'
import { isEventStream } from '../protocols/wire/event-reader.ts'
import { isContextOverflow, maxErrorBytes, mayBeContextOverflow } from './context-overflow.ts'
import { maxStartBytes, readReplyStart, unexpectedReply } from './reply-start.ts'
import type { Sender } from './sender.ts'

/** A client's request as each attempt sends it. */
export type OutgoingRequest = {
  /** Below the provider's base URL. */
  readonly path: string
  /** The client's own bytes. */
  readonly body: Buffer
  /** Extra headers; lower-case names. */
  readonly headers: Readonly<Record<string, string>> | undefined
  /** Whether the client requested an event stream. */
  readonly stream: boolean
  /** Whether an effort that the client has set stays, because it named the model itself. */
  readonly keepsEffort: boolean
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
export type AttemptOwner = {
  onUncommittedFailure(error: Error): void
  /** Whether another model is there for a request that is longer than this one's context. Asked only after status 400 or 413. */
  takesOverflow(): boolean
  /** The request is longer than the model's context, and nobody was told. */
  onContextOverflow(): void
}

type Head = { readonly status: number; readonly headers: Readonly<Record<string, string>> }

/** An event stream whose upstream thinks before its first byte commits this long after its head. */
const headHeldMs = 50

/**
 * One upstream call: sends the request with the model's upstream name, reads the usage off the reply and measures it.
 *
 * The commit rule: a reply commits when the first bytes of its body show that it is one (`readReplyStart`). Before that
 * the client has nothing, and a failure goes to the owner; afterwards it goes to the receiver. An event stream without a
 * byte commits 50 ms after its head, because its client is to see the head; if it then turns out to be none, or ends
 * without an event, that is an error in the stream.
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
  #isOver = false
  /** Whether the reply is a success of which the first bytes have not shown yet that it is one. */
  #isUnchecked = false
  /** The bytes that did not show it. */
  #start: Buffer = noBytes
  #holdTimer: NodeJS.Timeout | undefined
  #path = ''
  #filter: StreamFilter | null = null
  #requestedUsage = false
  #isStream = false
  #tap: UsageTap | null = null
  #headAt = 0
  #sentAt = 0
  #effort: Effort | null = null
  /** The body of an error that may be a context overflow, while it is not known. */
  #error: Buffer[] | null = null
  #errorBytes = 0

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

  start(sender: Sender, { path, body, headers, stream, keepsEffort }: OutgoingRequest): void {
    this.#path = path
    this.#sentAt = performance.now()
    const withUsage =
      stream && sender.requestsUsage(this.model) ? this.#protocol.requestUsage(path, body) : null
    this.#requestedUsage = withUsage !== null
    let upstreamBody = this.#protocol.replaceModel(withUsage ?? body, this.model.upstream)
    const { effort } = this.model
    if (effort !== undefined) {
      const withEffort = this.#protocol.setEffort(path, upstreamBody, effort, keepsEffort)
      if (withEffort !== upstreamBody) this.#effort = effort
      upstreamBody = withEffort
    }
    this.#abortUpstream = sender.send(
      this.model,
      headers === undefined ? { path, body: upstreamBody } : { path, body: upstreamBody, headers },
      this,
    )
  }

  /** When the reply's head came, as `performance.now()`; 0 if none came. */
  get headAt(): number {
    return this.#headAt
  }

  /** When the request was sent, as `performance.now()`. */
  get sentAt(): number {
    return this.#sentAt
  }

  /** Whether the upstream answered with an error, which costs nothing. */
  get isRefused(): boolean {
    return this.#head !== null && this.#head.status >= 400
  }

  /** The effort that the gateway has set; null if it has set none. */
  get effort(): Effort | null {
    return this.#effort
  }

  /** Closes the upstream's socket, if the reply is not complete. */
  abort(): void {
    const abortUpstream = this.#abortUpstream
    if (this.#finish()) abortUpstream?.()
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
    this.#isStream = isEventStream(contentType)
    if (status === 200) this.#tap = this.#protocol.createUsageTap(contentType)
    if (isSuccessWithBody(status)) {
      this.#isUnchecked = true
      if (this.#isStream) process.nextTick(holdHead, this)
    } else if (mayBeContextOverflow(status) && this.#owner.takesOverflow()) this.#error = []
    else if (this.#isLast) this.#commit()
  }

  /** Lets the client have the head, and what came without content, if nothing else comes soon. */
  holdHead(): void {
    if (this.#isUnchecked && !this.#isOver) this.#holdTimer ??= setTimeout(passHead, headHeldMs, this)
  }

  passHead(): void {
    this.#holdTimer = undefined
    if (!this.#isUnchecked || this.#isOver) return
    if (!this.#committed) this.#commit()
    if (this.#start.some((byte) => byte > 0x20)) return // the beginning of a word
    if (this.#start.length > 0) this.#pass(this.#start)
    this.#start = noBytes
  }

  onData(chunk: Uint8Array): boolean {
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#isUnchecked) return this.#check(bytes, false)
    if (this.#error !== null) return this.#holdError(this.#error, bytes)
    if (!this.#committed) this.#commit()
    return this.#pass(bytes)
  }

  onEnd(): void {
    if (this.#isUnchecked) this.#check(noBytes, true)
    if (this.#isOver) return
    if (this.#error !== null) {
      const error = Buffer.concat(this.#error)
      if (isContextOverflow(error)) {
        this.#finish()
        this.#owner.onContextOverflow()
        return
      }
      this.#passError(error)
    }
    if (!this.#committed) this.#commit()
    if (this.#isStream && this.#tap?.end().isEmpty === true) {
      this.#refuse('an event stream without an event')
      return
    }
    this.#finish()
    this.#passRest()
    this.#receiver.onEnd()
  }

  onError(error: Error): void {
    if (!this.#finish()) return
    if (this.#committed) {
      this.#passRest()
      this.#receiver.onError(error)
    } else this.#owner.onUncommittedFailure(error)
  }

  /** Takes bytes of an error that may be a context overflow. One that is too long for that passes. */
  #holdError(held: Buffer[], bytes: Buffer): boolean {
    held.push(Buffer.from(bytes)) // the chunk's memory is the upstream's
    this.#errorBytes += bytes.length
    return this.#errorBytes <= maxErrorBytes || this.#passError(Buffer.concat(held))
  }

  #passError(error: Buffer): boolean {
    this.#error = null
    this.#commit()
    return error.length === 0 || this.#pass(error)
  }

  /** Takes bytes of a reply that has not shown yet that it is one. */
  #check(bytes: Buffer, hasEnded: boolean): boolean {
    const { headers } = this.#head!
    const start = this.#start.length === 0 ? bytes : Buffer.concat([this.#start, bytes])
    const isEncoded = headers['content-encoding'] !== undefined // so its bytes cannot be read
    const form = isEncoded ? 'any' : this.#protocol.replyForm(this.#path)
    const found = readReplyStart(start, headers['content-type'] ?? '', form, hasEnded)
    if (found.kind === 'unexpected') {
      this.#refuse(found.instead)
      return true
    }
    if (found.kind === 'undecided' && start.length < maxStartBytes) {
      this.#start = start === bytes ? Buffer.from(bytes) : start // the chunk's memory is the upstream's
      this.holdHead()
      return true
    }
    if (found.kind === 'events' && !this.#isStream) {
      this.#isStream = true
      this.#tap = this.#protocol.createUsageTap('text/event-stream')
    }
    this.#isUnchecked = false
    this.#start = noBytes
    if (!this.#committed) this.#commit()
    return this.#pass(start)
  }

  #pass(bytes: Buffer): boolean {
    if (this.#tap !== null) this.#tap.push(bytes)
    if (this.#filter === null) return this.#receiver.onData(bytes, this.#resume)
    const filtered = this.#filter.push(bytes)
    return filtered.length === 0 || this.#receiver.onData(filtered, this.#resume)
  }

  /** The bytes that the filter held back. */
  #passRest(): void {
    const rest = this.#filter?.end() ?? noBytes
    if (rest.length > 0) this.#receiver.onData(rest, doNothing)
  }

  #refuse(instead: string): void {
    const { status, headers } = this.#head!
    const abortUpstream = this.#abortUpstream
    this.onError(unexpectedReply(this.model.provider, status, headers, instead))
    abortUpstream?.()
  }

  #commit(): void {
    if (this.#head === null) throw new Error('a provider reported a body before its head')
    this.#committed = true
    clearTimeout(this.#holdTimer)
    if (this.#requestedUsage && this.#isStream) this.#filter = this.#protocol.createUsageFilter()
    this.#receiver.onCommit(this.#head.status, this.#head.headers, this.#isStream)
  }

  #finish(): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#abortUpstream = null // every reply that ended is aborted too, when its response closes
    clearTimeout(this.#holdTimer)
    return true
  }
}

/** 204 and 205 have no body. */
function isSuccessWithBody(status: number): boolean {
  return status >= 200 && status <= 203
}

function holdHead(attempt: Attempt): void {
  attempt.holdHead()
}

function passHead(attempt: Attempt): void {
  attempt.passHead()
}

const noBytes = Buffer.alloc(0)

function doNothing(): void {}

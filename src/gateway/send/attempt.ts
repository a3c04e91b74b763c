import { Buffer } from 'node:buffer'
import { retryAfterMs } from '../../base/http/retry-after.ts'
import { InvalidRequestError, UpstreamError } from '../../errors.ts'
import { isReplyTimeout } from '../../providers/http/upstream-error.ts'
import type { AbortRequest, ReplySink } from '../../providers/provider.ts'
import type { Effort, Model } from '../../routing/catalogue/model.ts'
import type { Protocol, TapReading } from '../protocols/protocol.ts'
import { isEventStream } from '../protocols/wire/event-reader.ts'
import { isContextOverflow, maxErrorBytes, mayBeContextOverflow } from './failure/context-overflow.ts'
import { type FirstWords, readDocumentStart, readFirstEvent } from './failure/first-event.ts'
import { mayBeAnothersAnswer } from './failure/status.ts'
import {
  type CallTranslation,
  type OutgoingRequest,
  type WrittenCall,
  writeCall,
} from './outgoing-request.ts'
import { ReplyPassage } from './reply/reply-passage.ts'
import type { AttemptOwner, ReplyReceiver } from './reply/reply-receiver.ts'
import { maxStartBytes, readReplyStart, unexpectedReply } from './reply/reply-start.ts'
import type { Sender } from './sender.ts'

type Head = { readonly status: number; readonly headers: Readonly<Record<string, string>> }

/** An event stream whose upstream thinks before its first byte commits this long after its head. */
const headHeldMs = 50
/** The same if another model could answer in place of an error in the first event. */
const firstEventHeldMs = 1000

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
  readonly #client: Protocol
  readonly #receiver: ReplyReceiver
  readonly #owner: AttemptOwner
  /** What the upstream speaks: the client's protocol, unless the request is translated. */
  #protocol: Protocol
  #call: WrittenCall | null = null
  /** Null before the request was written. */
  #passage: ReplyPassage | null = null
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
  /** Whether the reply is an event stream whose first event has not come. */
  #isFirstEventAwaited = false
  #path = ''
  #isStream = false
  #headAt = 0
  #sentAt = 0
  /** The body of an error that may be a context overflow, while it is not known. */
  #error: Buffer[] | null = null
  #errorBytes = 0
  /** Whether a successful reply turned out to be an error. */
  #isErrorReply = false
  #isAborted = false

  constructor(model: Model, protocol: Protocol, receiver: ReplyReceiver, owner: AttemptOwner) {
    this.model = model
    this.#client = protocol
    this.#protocol = protocol
    this.#receiver = receiver
    this.#owner = owner
  }

  /** Sends the request. One that cannot be translated for the model's provider fails at once, and nothing is sent. */
  start(sender: Sender, outgoing: OutgoingRequest): void {
    try {
      this.#call = writeCall(sender, this.model, this.#client, outgoing)
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error
      this.onError(error)
      return
    }
    const { request, protocol } = this.#call
    this.#protocol = protocol
    this.#path = request.path
    this.#sentAt = performance.now()
    this.#passage = new ReplyPassage(this.#call, this.model, sender.makers)
    this.#abortUpstream = sender.send(this.model, request, this)
  }

  /** When the reply's head came, as `performance.now()`; 0 if none came. */
  get headAt(): number {
    return this.#headAt
  }

  /** When the request was sent, as `performance.now()`. */
  get sentAt(): number {
    return this.#sentAt
  }

  /** The status of the upstream's reply; null if none came. */
  get status(): number | null {
    return this.#head?.status ?? null
  }

  /** Whether the upstream answered with an error, which costs nothing. */
  get isRefused(): boolean {
    return this.#isErrorReply || (this.#head !== null && this.#head.status >= 400)
  }

  /** Whether an event of the reply has come that ends it, so that a client need not read on. */
  get hasLastEvent(): boolean {
    return this.#passage?.isEnded === true
  }

  /** Whether nobody waited for the end of the reply: its client, or a time limit. The upstream may write it all the same. */
  get isAborted(): boolean {
    return this.#isAborted
  }

  /** The effort that the gateway has set; null if it has set none. */
  get effort(): Effort | null {
    return this.#call?.effort ?? null
  }

  /** What became of a request whose model's provider speaks another protocol; null if it speaks the client's. */
  get translation(): CallTranslation | null {
    const call = this.#call
    if (call === null || call.translated === null) return null
    return { from: this.#client.name, to: call.protocol.name, losses: call.translated.losses }
  }

  /** Closes the upstream's socket, if the reply is not complete. */
  abort(): void {
    const abortUpstream = this.#abortUpstream
    if (!this.#finish()) return
    this.#isAborted = true
    abortUpstream?.()
  }

  /** The reply is over: its usage; null if the reply is of a kind that reports none. */
  readUsage(): TapReading | null {
    return this.#passage?.readUsage() ?? null
  }

  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void {
    this.#headAt = performance.now()
    this.#resume = resume
    this.#head = { status, headers }
    const contentType = headers['content-type'] ?? ''
    this.#isStream = isEventStream(contentType)
    if (status === 200) this.#passage?.readUsageOf(contentType)
    if (isSuccessWithBody(status)) {
      this.#isUnchecked = true
      if (this.#isStream) process.nextTick(holdHead, this)
    } else if (mayBeContextOverflow(status) && this.#owner.takesOverflow()) this.#error = []
    else if (mayBeAnothersAnswer(status) && this.#owner.takesFailure()) this.#failStart(`answered ${status}`)
    else this.#commitUnlessHeld()
  }

  /** Lets the client have the head, and what came without content, if nothing else comes soon. */
  holdHead(): void {
    if (!this.#isUnchecked || this.#isOver) return
    const heldMs = this.#owner.takesFailure() ? firstEventHeldMs : headHeldMs
    this.#holdTimer ??= setTimeout(passHead, heldMs, this)
  }

  passHead(): void {
    this.#holdTimer = undefined
    if (!this.#isUnchecked || this.#isOver) return
    const start = this.#start
    const isBlank = !start.some((byte) => byte > 0x20)
    // Only a stream has a use for its head alone. Until a document shows more, another model can still answer.
    if (!this.#isStream && (!isBlank || this.#passage?.isWhole(false) === true)) return
    if (!this.#committed) this.#commit()
    // The beginning of a word waits for its end; a stream whose first event is late does not.
    if (this.#isFirstEventAwaited) this.#isUnchecked = false
    else if (!isBlank) return
    this.#start = noBytes
    if (start.length > 0) this.#pass(start)
  }

  onData(chunk: Uint8Array): boolean {
    if (this.#isOver) return true
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (this.#isUnchecked) return this.#check(bytes, false)
    if (this.#error !== null) return this.#holdError(this.#error, bytes)
    this.#commitUnlessHeld()
    return this.#pass(bytes)
  }

  onEnd(): void {
    try {
      this.#end()
    } catch (error) {
      this.#failInside(error)
    }
  }

  #end(): void {
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
      if (this.#isOver) return
    }
    this.#commitUnlessHeld()
    if (this.#isStream && this.readUsage()?.isEmpty === true) {
      this.#refuse('an event stream without an event')
      return
    }
    const rest = this.#endPassage()
    if (rest === null) return
    if (!this.#committed) this.#commit()
    this.#finish()
    this.#passRest(rest)
    this.#receiver.onEnd()
  }

  /** The last bytes of the reply; null if a translated one turns out to be none. */
  #endPassage(): Buffer | null {
    try {
      this.#passage?.open(this.#head!.status, this.#isStream)
      return this.#passage?.end() ?? noBytes
    } catch (error) {
      this.onError(error instanceof Error ? error : new Error(String(error)))
      return null
    }
  }

  onError(error: Error): void {
    if (!this.#finish()) return
    this.#isAborted = isReplyTimeout(error)
    if (this.#committed) {
      this.#passRest(this.#passage?.rest() ?? noBytes)
      this.#receiver.onError(error)
    } else this.#owner.onUncommittedFailure(error, null)
  }

  /** Takes bytes of an error that may be a context overflow. One that is too long for that passes. */
  #holdError(held: Buffer[], bytes: Buffer): boolean {
    held.push(Buffer.from(bytes)) // the chunk's memory is the upstream's
    this.#errorBytes += bytes.length
    return this.#errorBytes <= maxErrorBytes || this.#passError(Buffer.concat(held))
  }

  #passError(error: Buffer): boolean {
    this.#error = null
    this.#commitUnlessHeld()
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
    if (found.kind === 'events' && !this.#isStream) {
      this.#isStream = true
      this.#passage?.readUsageOf('text/event-stream')
    } else if (found.kind === 'document' && form === 'json-or-events' && this.#passage?.hasTap === false) {
      // JSON whose type says something else, or nothing, costs what its usage says.
      if (this.#head!.status === 200) this.#passage.readUsageOf('application/json')
    }
    const words = found.kind === 'undecided' ? found.kind : this.#readFirstWords(start, isEncoded, hasEnded)
    if (words === 'error') {
      this.#isErrorReply = true
      this.#failStart(`answered ${this.#head!.status} with an error`)
      return true
    }
    if (words === 'undecided' && start.length < maxStartBytes) {
      this.#isFirstEventAwaited = found.kind === 'events'
      this.#start = start === bytes ? Buffer.from(bytes) : start // the chunk's memory is the upstream's
      this.holdHead()
      return true
    }
    this.#isUnchecked = false
    this.#start = noBytes
    this.#commitUnlessHeld()
    return this.#pass(start)
  }

  /** Only if another model could answer in place of an error. */
  #readFirstWords(start: Buffer, isEncoded: boolean, hasEnded: boolean): FirstWords {
    if (isEncoded || this.#committed) return 'reply'
    const words = this.#isStream ? readFirstEvent(start, hasEnded) : readDocumentStart(start, hasEnded)
    return words === 'reply' || !this.#owner.takesFailure() ? 'reply' : words
  }

  /** The upstream answers with an error that the client does not get. */
  #failStart(how: string): void {
    const { headers } = this.#head!
    const error = new UpstreamError('upstream-refused', `The upstream "${this.model.provider}" ${how}.`)
    const abortUpstream = this.#abortUpstream
    this.#finish()
    abortUpstream?.(error)
    this.#owner.onUncommittedFailure(error, retryAfterMs((name) => headers[name]) ?? null)
  }

  #pass(bytes: Buffer): boolean {
    try {
      return this.#transform(bytes)
    } catch (error) {
      this.#failInside(error)
      return true
    }
  }

  /**
   * A fault of the gateway itself, which ends this request and no other. Left to the provider it could look like a
   * connection that closes after a complete reply, and in a timer it would end the process.
   */
  #failInside(error: unknown): void {
    const abortUpstream = this.#abortUpstream
    this.#passage?.giveUp()
    this.onError(error instanceof Error ? error : new Error(String(error)))
    abortUpstream?.()
  }

  #transform(bytes: Buffer): boolean {
    const { status } = this.#head!
    this.#passage?.open(status, this.#isStream)
    const passed = this.#passage?.push(bytes) ?? bytes
    return passed.length === 0 || this.#receiver.onData(passed, this.#resume)
  }

  #passRest(rest: Buffer): void {
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
    const { status, headers } = this.#head
    this.#passage?.open(status, this.#isStream)
    this.#receiver.onCommit(status, this.#passage?.headersOf(headers) ?? headers, this.#isStream)
  }

  #commitUnlessHeld(): void {
    if (!this.#committed && this.#passage?.isWhole(this.#isStream) !== true) this.#commit()
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

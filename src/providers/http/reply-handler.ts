import type { Dispatcher } from 'undici'
import { UpstreamError } from '../../errors.ts'
import type { ReplySink } from '../provider.ts'
import type { GatedRequest, ReadingGate } from './connection-gate.ts'
import type { CreateContentDecoder } from './content-encoding.ts'
import type { LimitChecks, Limited, ReplyLimits } from './limits.ts'
import { createReplyContent, type ReplyContent } from './reply-content.ts'
import { upstreamErrorOf } from './upstream-error.ts'

/** The upstream of a request, as its handler needs it. */
export type UpstreamFacts = {
  readonly name: string
  readonly origin: string
  readonly limits: ReplyLimits
  /** Whether an event stream that only the closed connection ends must carry the mark of its end. */
  readonly requireDone: boolean
  /** Null if replies come decoded. */
  readonly createDecoder: CreateContentDecoder | null
}

type Controller = Pick<Dispatcher.DispatchController, 'abort'>
type HeaderValues = Record<string, string | string[] | undefined>

/** The handler of one request, in undici's form. Reports to the sink until the reply ends, fails or is aborted. */
export class ReplyHandler implements Limited, GatedRequest {
  slot = -1
  readonly #upstream: UpstreamFacts
  readonly #checks: LimitChecks
  readonly #sink: ReplySink
  readonly #createdAt: number
  #sentAt = 0
  #contentAt = 0
  #isPaused = false
  /** Chunks that the parser had already read when the reply was paused. */
  #held: Buffer[] = []
  /** Reports the end of a reply that came to it while chunks are held. */
  #reportEnd: (() => void) | null = null
  #controller: Controller | null = null
  #gate: ReadingGate | null = null
  /** The handler itself, or what decodes for it. */
  #decoder: ReplySink | null = null
  #discardDecoded: (() => void) | null = null
  #content: ReplyContent | null = null
  /** Whether only the end of the connection ends the reply. */
  #isUnbounded = false
  #isEventStream = false
  #over = false

  constructor(upstream: UpstreamFacts, checks: LimitChecks, sink: ReplySink) {
    this.#upstream = upstream
    this.#checks = checks
    this.#sink = sink
    this.#createdAt = checks.add(this)
  }

  abort(reason: Error = new UpstreamError('aborted', 'The request was aborted.')): void {
    this.#discardDecoded?.() // may still hold bytes of a reply that has come in whole
    if (this.#finish()) this.#controller?.abort(reason)
  }

  onConnection(gate: ReadingGate): void {
    this.#gate = gate
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller
    this.#sentAt = performance.now()
    if (this.#over)
      controller.abort(new UpstreamError('aborted', 'The request was aborted before it was sent.'))
  }

  onResponseStart(_controller: Controller, status: number, headers: HeaderValues): void {
    if (status < 200 || this.#over) return
    const encoding = headers['content-encoding']
    this.#isUnbounded =
      status === 200 && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined
    const contentType = String(headers['content-type'] ?? '')
    this.#isEventStream = contentType.startsWith('text/event-stream')
    this.#content = createReplyContent(contentType, this.#isUnbounded || encoding !== undefined)
    if (encoding !== undefined) {
      this.#decode(headers)
      if (this.#decoder === null) this.#content = createReplyContent('', false) // its bytes cannot be read
    }
    const resume = () => this.#resume()
    if (this.#decoder === null) this.#sink.onHead(status, singleValued(headers), resume)
    else this.#decoder.onHead(status, singleValued(headers), resume)
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#over) return
    if (this.#isPaused) this.#held.push(chunk)
    else this.#take(chunk)
  }

  onResponseEnd(): void {
    this.#settle(() => {
      if (this.#decoder === null) this.#end()
      else this.#decoder.onEnd()
    })
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#settle(() => {
      const { name, origin } = this.#upstream
      const problem = upstreamErrorOf(error, name, origin, this.#content !== null)
      if (this.#decoder === null) this.#fail(problem)
      else this.#decoder.onError(problem)
    })
  }

  check(now: number): void {
    const { headersTimeoutMs, firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs } = this.#upstream.limits
    const isOver = (limitMs: number, sinceMs: number) => limitMs > 0 && now - sinceMs > limitMs
    if (isOver(totalTimeoutMs, this.#createdAt))
      this.#timeOut(`did not finish within ${totalTimeoutMs} ms (totalTimeoutMs)`)
    else if (this.#sentAt === 0 || this.#isPaused) return
    else if (this.#content === null && isOver(headersTimeoutMs, this.#sentAt))
      this.#timeOut(`sent no reply within ${headersTimeoutMs} ms (headersTimeoutMs)`)
    else if (this.#contentAt === 0 && isOver(firstTokenTimeoutMs, this.#sentAt))
      this.#timeOut(`sent no content within ${firstTokenTimeoutMs} ms (firstTokenTimeoutMs)`)
    else if (this.#contentAt !== 0 && isOver(idleTimeoutMs, this.#contentAt))
      this.#timeOut(`sent no content for ${idleTimeoutMs} ms within its reply (idleTimeoutMs)`)
  }

  #finish(): boolean {
    if (this.#over) return false
    this.#over = true
    this.#checks.remove(this)
    return true
  }

  #take(chunk: Buffer): void {
    const isReady = this.#decoder === null ? this.#deliver(chunk) : this.#decoder.onData(chunk)
    if (!isReady) this.#pause()
  }

  /** The connection is free for the next request from here on. */
  #settle(report: () => void): void {
    this.#gate?.open()
    if (this.#over) return
    if (this.#held.length > 0) this.#reportEnd = report
    else if (this.#finish()) report()
  }

  /** @param chunk without a content encoding. */
  #deliver(chunk: Uint8Array): boolean {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    if (this.#content?.push(bytes) === true) this.#contentAt = this.#checks.nowAtMost
    return this.#sink.onData(bytes)
  }

  #end(): void {
    const { requireDone } = this.#upstream
    if (this.#isUnbounded && this.#content?.end === 'missing' && (!this.#isEventStream || requireDone))
      this.#sink.onError(this.#cutOff())
    else this.#sink.onEnd()
  }

  /** A connection that breaks after the mark of the end takes nothing away. */
  #fail(error: Error): void {
    if (this.#content?.end === 'seen') this.#sink.onEnd()
    else this.#sink.onError(error)
  }

  #pause(): void {
    this.#isPaused = true
    if (this.#reportEnd === null) this.#gate?.close()
  }

  #resume(): void {
    this.#isPaused = false
    this.#contentAt = this.#checks.nowAtMost
    while (this.#held.length > 0 && !this.#isPaused && !this.#over) this.#take(this.#held.shift()!)
    if (this.#isPaused || this.#over) return
    if (this.#reportEnd === null) this.#gate?.open()
    else if (this.#finish()) this.#reportEnd()
  }

  #decode(headers: HeaderValues): void {
    const sink = this.#sink
    const { createDecoder } = this.#upstream
    if (createDecoder === null) return
    const decoder = createDecoder(headers['content-encoding'], {
      onHead: (status, plain, resume) => sink.onHead(status, plain, resume),
      onData: (chunk) => this.#deliver(chunk),
      onEnd: () => this.#end(),
      onError: (error) => {
        this.abort(error) // the upstream may still be sending what cannot be decoded
        this.#fail(error)
      },
    })
    if (decoder === null) return
    this.#decoder = decoder
    this.#discardDecoded = decoder.discard
    delete headers['content-encoding']
    delete headers['content-length']
  }

  #timeOut(problem: string): void {
    const { name, origin } = this.#upstream
    const message = `The upstream "${name}" (${origin}) ${problem}.`
    const error = new UpstreamError('upstream-timeout', message, { status: 504 })
    this.abort(error)
    this.#fail(error)
  }

  #cutOff(): UpstreamError {
    const { name, origin } = this.#upstream
    const message = `The upstream "${name}" (${origin}) closed the connection before the end of its reply.`
    const hint = this.#isEventStream
      ? ' A stream without a length must end with `data: [DONE]`; set requireDone to false if this upstream never sends it.'
      : ''
    return new UpstreamError('upstream-broke-off', message + hint)
  }
}

/** Headers that came more than once joined by commas, in the record itself: most replies have none. */
function singleValued(headers: HeaderValues): Readonly<Record<string, string>> {
  const single = headers as Record<string, string>
  for (const name in headers) {
    const value = headers[name]
    if (typeof value !== 'string') single[name] = value?.join(', ') ?? ''
  }
  return single
}

import { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import { RouteLLMError, UpstreamError } from '../../errors.ts'
import type { Decision } from '../../gateway/decide/decision.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Protocol, UsageTap } from '../../gateway/protocols/protocol.ts'
import { isEventStream } from '../../gateway/protocols/wire/event-reader.ts'
import type { AbortRequest, ReplySink } from '../../providers/provider.ts'
import type { Metrics } from '../operations/metrics/metrics.ts'
import { describeProblem, toPublicError } from '../public-error.ts'
import type { InFlight, InFlightEntry } from './in-flight.ts'
import { appendUpstreamHeaders, decisionHeaders } from './reply-headers.ts'

/** What every exchange of one server shares. */
export type ExchangeContext = {
  readonly gateway: Gateway
  readonly metrics: Metrics
  /** Exchanges whose response is not over. */
  readonly inFlight: InFlight<Exchange>
  readonly log: ServerLog
  nextRequestId(): string
  /** A model's name, or one label for all names that clients make up, so that series stay bounded. */
  modelLabel(decision: Decision): string
  /** Called when the last byte of an exchange is out, or its socket is gone. */
  onOver(): void
}

/** The part of pino's interface that is used. Neither prompts nor keys are ever given to it. */
export type ServerLog = {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Statuses in the metrics of requests that had no whole reply, whatever its head said. */
const clientClosedRequest = 499
const brokenReply = 502

/**
 * One request and its answer: relays the upstream's reply byte for byte, reads its usage on the way, and sees to it
 * that client and upstream learn of each other's end. It is over once the response's socket lets go of it.
 */
export class Exchange implements ReplySink, InFlightEntry {
  slot = -1
  readonly #context: ExchangeContext
  readonly #protocol: Protocol
  readonly #response: ServerResponse
  readonly #route: string
  readonly #requestId: string
  readonly #receivedAt = performance.now()
  #decision: Decision | null = null
  #model = ''
  #overheadMs = 0
  #sentAt = 0
  #tap: UsageTap | null = null
  #isEventStream = false
  #hasData = false
  #abortUpstream: AbortRequest | null = null
  #resumeUpstream: (() => void) | null = null
  #failed = false
  #leaving: AbortController | null = null

  constructor(context: ExchangeContext, protocol: Protocol, response: ServerResponse, route: string) {
    this.#context = context
    this.#protocol = protocol
    this.#response = response
    this.#route = route
    this.#requestId = context.nextRequestId()
    context.inFlight.add(this)
    response.once('close', () => this.#onClose())
  }

  /** Whether there is still a client to answer. */
  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded
  }

  /** Aborts when the client leaves. Made when it is first asked for: most routers answer before anyone can leave. */
  readonly signal = (): AbortSignal => {
    this.#leaving ??= new AbortController()
    return this.#leaving.signal
  }

  /** Sends the request upstream; from here on the upstream's reply is the answer. */
  forward(decision: Decision, path: string, body: Buffer, headers: Record<string, string> | undefined): void {
    this.#decision = decision
    this.#model = this.#context.modelLabel(decision)
    const request = headers === undefined ? { path, body } : { path, body, headers }
    this.#sentAt = performance.now()
    this.#abortUpstream = this.#context.gateway.forward(decision.model, request, this)
    const now = performance.now()
    this.#overheadMs = now - this.#receivedAt
    this.#sentAt = now
    this.#context.metrics.decided(decision, this.#overheadMs)
  }

  /** Answers with JSON of the gateway's own. */
  answer(value: object): void {
    this.#sendJson(200, value, ['x-routellm-request-id', this.#requestId])
  }

  /** Answers with an error, in whatever way the state of the response still allows. */
  fail(error: unknown): void {
    const shown = toPublicError(error)
    if (shown !== error) {
      const fields = { requestId: this.#requestId, route: this.#route, problem: describeProblem(error) }
      this.#context.log.error(fields, 'a request failed')
    }
    if (!this.isOpen) return
    if (!this.#response.headersSent) this.#sendError(shown)
    else this.#breakOff(shown)
  }

  /** The drain's time is up. */
  cutOff(): void {
    this.#abortUpstream?.()
    this.fail(new UpstreamError('shutting-down', 'The gateway is shutting down.', { status: 503 }))
    this.#response.destroy()
  }

  onHead(status: number, headers: Readonly<Record<string, string>>, resume: () => void): void {
    if (!this.isOpen) return
    const flat = this.#decisionHeaders()
    appendUpstreamHeaders(flat, headers)
    this.#resumeUpstream = resume
    const contentType = headers['content-type'] ?? ''
    this.#isEventStream = isEventStream(contentType)
    if (status === 200) this.#tap = this.#protocol.createUsageTap(contentType)
    this.#response.writeHead(status, flat)
    // Most upstreams send the first bytes along; one that thinks first should not hold back the head.
    if (this.#isEventStream) process.nextTick(flushWaitingHead, this)
    this.#context.metrics.headReceived(this.#model, performance.now() - this.#sentAt)
  }

  flushWaitingHead(): void {
    if (this.isOpen && !this.#hasData) this.#response.flushHeaders()
  }

  onData(chunk: Uint8Array): boolean {
    if (!this.isOpen) return true
    this.#hasData = true
    const bytes = Buffer.isBuffer(chunk)
      ? chunk
      : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#tap?.push(bytes)
    if (this.#response.write(bytes)) return true
    if (this.#resumeUpstream !== null) this.#response.once('drain', this.#resumeUpstream)
    return false
  }

  onEnd(): void {
    this.#abortUpstream = null
    if (this.isOpen) this.#response.end()
  }

  onError(error: Error): void {
    this.#abortUpstream = null
    const { code } = toPublicError(error)
    const fields = {
      requestId: this.#requestId,
      model: this.#decision?.model.name,
      code,
      problem: error.message,
    }
    this.#context.log.warn(fields, 'the upstream failed')
    this.fail(error)
  }

  /** A clean end would look like success, so the client gets an error event, and no end. */
  #breakOff(error: RouteLLMError): void {
    this.#failed = true
    const { socket } = this.#response
    if (this.#isEventStream) this.#response.write(this.#protocol.errorEvent(error))
    // The socket's own end flushes what was written; the response's would add the mark of a complete reply.
    if (socket === null) this.#response.destroy()
    else socket.destroySoon()
  }

  #sendError(error: RouteLLMError): void {
    const flat =
      this.#decision === null ? ['x-routellm-request-id', this.#requestId] : this.#decisionHeaders()
    this.#sendJson(error.status, this.#protocol.errorBody(error), flat)
  }

  #sendJson(status: number, value: object, flat: string[]): void {
    const body = Buffer.from(JSON.stringify(value))
    flat.push('content-type', 'application/json; charset=utf-8', 'content-length', String(body.length))
    this.#response.writeHead(status, flat).end(body)
  }

  #decisionHeaders(): string[] {
    if (this.#decision === null) throw new Error('a reply came before its request was decided')
    const overheadMs = this.#overheadMs || performance.now() - this.#receivedAt
    return decisionHeaders(this.#requestId, this.#decision, overheadMs)
  }

  #onClose(): void {
    const { metrics, inFlight } = this.#context
    if (this.#abortUpstream !== null) this.#abortUpstream()
    this.#leaving?.abort(clientLeft())
    if (this.#decision !== null) {
      metrics.replyOver(this.#model, performance.now() - this.#sentAt, this.#tap?.end() ?? null)
    }
    metrics.requestOver(this.#route, this.#model, this.#statusForMetrics())
    inFlight.remove(this)
    this.#context.onOver()
  }

  #statusForMetrics(): number {
    if (this.#failed) return brokenReply
    return this.#response.writableFinished ? this.#response.statusCode : clientClosedRequest
  }
}

function clientLeft(): RouteLLMError {
  return new RouteLLMError('client-left', 'The client left before the decision was made.', {
    status: clientClosedRequest,
  })
}

function flushWaitingHead(exchange: Exchange): void {
  exchange.flushWaitingHead()
}

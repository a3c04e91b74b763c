import type { Buffer } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { parseEncodings } from '../../base/http/content-decoders.ts'
import type { ClientKey } from '../../config/config.ts'
import { type RouteLLMError, UpstreamError } from '../../errors.ts'
import type { RequestAccount } from '../../gateway/accounts/request-account.ts'
import type { Decision } from '../../gateway/decide/decision.ts'
import type { RequestTrace } from '../../gateway/request-record.ts'
import type { ReplyTap } from '../../gateway/request-tap.ts'
import type { PatientReceiver } from '../../gateway/send/checked-delivery.ts'
import type { Delivery, DeliveryFallback } from '../../gateway/send/delivery.ts'
import type { OutgoingRequest } from '../../gateway/send/outgoing-request.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { RequestNeeds } from '../../routing/catalogue/request-needs.ts'
import { describeProblem, findRetryAfter, toPublicError } from '../public-error.ts'
import { Turn } from './admission/turn.ts'
import { createDelivery } from './create-delivery.ts'
import { endSession } from './ending/end-session.ts'
import { type EndingExchange, ExchangeEnd } from './ending/exchange-end.ts'
import type { ExchangeFacts } from './ending/record.ts'
import type { Endpoint, ExchangeContext, OpenExchange } from './exchange-context.ts'
import { clientLeft, lateReply, undecodable } from './exchange-errors.ts'
import { brokenReply, type OpenReply, type ReplyChannel } from './reply/reply-channel.ts'
import {
  appendBudget,
  appendDeliveryHeaders,
  appendUpstreamHeaders,
  createDecisionHeaders,
  createWaitingHeaders,
} from './reply/reply-headers.ts'
import { toTrace } from './request/trace.ts'
import { TextKeeper } from './text/text-keeper.ts'

/**
 * One request from its body to its record: the client's reply on one side, a delivery upstream on the other. It aborts
 * the upstream if the client leaves and breaks the reply off if the upstream fails, and it is over when the response is
 * closed.
 *
 * A class, because one is made per request.
 */
export class Exchange implements PatientReceiver, OpenExchange, EndingExchange {
  slot = -1
  readonly #context: ExchangeContext
  readonly #endpoint: Endpoint
  readonly #reply: ReplyChannel
  readonly #requestId: string
  readonly #time = Date.now()
  readonly receivedAt = performance.now()
  readonly #text: TextKeeper | null
  /** What the request may use; null if nothing limits it. */
  readonly account: RequestAccount | null
  readonly #keyName: string | null
  #isStream = false
  #trace: RequestTrace | null = null
  #decision: Decision | null = null
  #delivery: Delivery | null = null
  #tap: ReplyTap | null = null
  #overheadMs = 0
  #clientGone: AbortController | null = null
  readonly #bodyBytes: number
  /** Null if it needed not wait for one. */
  #turn: Turn | null = null
  /** The status of the reply whose head is sent. */
  #status = 0
  #upstreamId: string | null = null
  /** Of the error that the gateway itself answers with. */
  #error: RouteLLMError['code'] | null = null
  readonly #end: ExchangeEnd

  constructor(
    context: ExchangeContext,
    endpoint: Endpoint,
    openReply: OpenReply,
    body: Buffer | undefined,
    key: ClientKey | null,
  ) {
    this.#context = context
    this.#endpoint = endpoint
    this.#requestId = context.nextRequestId()
    this.#reply = openReply(endpoint.protocol, this.#requestId)
    this.#text = context.keepText ? new TextKeeper(body) : null
    this.account = endpoint.callsModel || key !== null ? context.accounts.open(key) : null
    this.#keyName = key?.name ?? null
    this.#bodyBytes = body?.length ?? 0
    this.#end = new ExchangeEnd(this, endpoint.callsModel ? context.keeper : null)
    context.inFlight.add(this)
    this.#reply.onClose(() => this.#onClose())
  }

  /** The `x-routellm-request-id` of the reply. */
  get id(): string {
    return this.#requestId
  }

  /** Whether there is still a client to answer. */
  get isOpen(): boolean {
    return this.#reply.isOpen
  }

  /** Aborts when the client leaves. Created on the first call: most routers answer before anyone can leave. */
  readonly signal = (): AbortSignal => {
    this.#clientGone ??= new AbortController()
    return this.#clientGone.signal
  }

  /** Whether the client requested an event stream. */
  get isStream(): boolean {
    return this.#isStream
  }

  /**
   * @param isStream whether the client requested an event stream.
   * @param model the name that it asked for. @param headers those of the request.
   */
  accept(isStream: boolean, model: string, headers: IncomingHttpHeaders): void {
    this.#isStream = isStream
    if (this.#context.isTraced) this.#trace = toTrace(model, headers)
  }

  /** The request is one too many at once. @param begin is called once its turn has come, if it does. */
  enqueue(begin: () => void): void {
    this.#turn = new Turn({
      key: this.#keyName,
      bytes: this.#bodyBytes,
      begin: () => {
        if (this.isOpen) begin() // the server may have stopped, and the client may have left, in this turn
      },
      refuse: (error) => this.fail(error),
    })
    this.#context.admission.enqueue(this.#turn)
  }

  /** Sends the request upstream; from here on the upstream's reply is the answer. */
  send(decision: Decision, request: OutgoingRequest, needs: RequestNeeds): void {
    const { gateway, heartbeatMs, tap } = this.#context
    this.#decision = decision
    const { protocol } = this.#endpoint
    if (tap !== null) this.#tap = tap.begin({ id: this.#requestId, decision, request, protocol, needs })
    this.#delivery = createDelivery(decision, request, protocol, gateway, this, heartbeatMs)
    this.#delivery.start()
    this.#overheadMs = this.#findOverheadMs()
  }

  /** Answers with JSON of the gateway's own. */
  answer(value: object): void {
    this.#end.keep(200)
    this.#reply.sendJson(200, value, ['x-routellm-request-id', this.#requestId])
  }

  /** Answers with an error, in the way that the state of the reply still allows. */
  fail(error: unknown): void {
    const shown = toPublicError(error)
    if (shown !== error) {
      const fields = {
        requestId: this.#requestId,
        route: this.#endpoint.route,
        problem: describeProblem(error),
      }
      this.#context.log.error(fields, 'a request failed')
    }
    if (!this.isOpen) return
    this.#error = shown.code
    this.#end.keep(this.#reply.hasHead ? brokenReply : shown.status)
    this.#reply.fail(shown, () => this.#errorHeaders(shown))
  }

  /** Ends it with an error: the time for requests in flight is over. */
  abort(): void {
    this.#delivery?.abort()
    this.fail(new UpstreamError('shutting-down', 'The gateway is shutting down.', { status: 503 }))
    this.#reply.destroy()
  }

  onCommit(status: number, headers: Readonly<Record<string, string>>, isEventStream: boolean): void {
    if (!this.isOpen) return
    const encoding = headers['content-encoding']
    if (encoding !== undefined && !this.#reply.accepts(parseEncodings(encoding))) {
      this.#delivery?.abort()
      this.onError(undecodable(encoding))
      return
    }
    this.#status = status
    this.#upstreamId = headers['x-request-id'] ?? headers['request-id'] ?? null
    if (!isEventStream) this.#end.onHead(headers['content-length'])
    if (this.#reply.hasHead) {
      this.#commitLate(status, encoding, isEventStream)
      return
    }
    if (status === 401 || status === 403) this.#warnOfRefusedKey(status)
    const flat = this.#replyHeaders()
    appendUpstreamHeaders(flat, headers, isEventStream)
    this.#text?.setContentType(headers['content-type'])
    this.#tap?.onHead(isEventStream, encoding)
    this.#reply.writeHead(status, flat, isEventStream)
  }

  /** The client sees the upstream's error as if it were about the client's own key. */
  #warnOfRefusedKey(status: number): void {
    const { name: model, provider } = this.#delivery!.attempt.model
    this.#context.log.warn(
      { requestId: this.#requestId, model, provider, status },
      'the provider refused the key that was sent, or its access to the model',
    )
  }

  /** A client that waits for a stream gets comments, so that nothing in between takes the connection for dead. */
  onWaiting(): void {
    if (!this.isOpen) return
    if (!this.#reply.hasHead) {
      const flat = createWaitingHeaders(this.#requestId, this.#delivery?.decision ?? null, this.#overheadMs)
      appendBudget(flat, this.account)
      appendUpstreamHeaders(flat, eventStreamHeaders, true)
      this.#text?.setContentType(eventStreamHeaders['content-type'])
      this.#reply.writeHead(200, flat, true)
    }
    this.#reply.writeComment('waiting')
  }

  /** The client has had comments: it can only get events now. A comment says what the headers would have said. */
  #commitLate(status: number, encoding: string | undefined, isEventStream: boolean): void {
    if (status === 200 && isEventStream && encoding === undefined) {
      this.#tap?.onHead(true, undefined)
      const flat = this.#replyHeaders()
      for (let at = 0; at < flat.length; at += 2) this.#reply.writeComment(`${flat[at]}: ${flat[at + 1]}`)
      return
    }
    const provider = this.#delivery?.attempt.model.provider
    this.#delivery?.abort()
    this.onError(lateReply(provider, status, isEventStream))
  }

  onData(chunk: Buffer, resume: () => void): boolean {
    if (!this.isOpen) return true
    if (this.#text !== null) this.#text.push(chunk)
    if (this.#tap !== null) this.#tap.push(chunk)
    this.#end.onData(chunk.length, this.#delivery?.attempt.hasLastEvent === true, this.#status)
    return this.#reply.write(chunk, resume)
  }

  onEnd(): void {
    if (!this.isOpen) return
    this.#end.keep(this.#status)
    this.#reply.end()
  }

  onFallback(fallback: DeliveryFallback, from: string, to: string, problem: Error | null): void {
    const fields = {
      requestId: this.#requestId,
      model: from,
      fallback,
      ...(problem !== null && { problem: problem.message }),
      answers: to,
    }
    this.#context.log.warn(fields, 'a model could not answer; another one is asked')
  }

  onError(error: Error): void {
    const { code } = toPublicError(error)
    const model = this.#delivery?.attempt.model.name
    this.#context.log.warn(
      { requestId: this.#requestId, model, code, problem: error.message },
      error instanceof UpstreamError ? 'the upstream failed' : 'the model cannot be asked',
    )
    this.fail(error)
  }

  #errorHeaders(error: RouteLLMError): string[] {
    const flat = ['x-request-id', this.#requestId, ...this.#replyHeaders()]
    const retryAfter = findRetryAfter(error)
    if (retryAfter !== null) flat.push('retry-after', retryAfter)
    return flat
  }

  #replyHeaders(): string[] {
    const delivery = this.#delivery
    const decision = delivery?.decision ?? this.#decision
    if (decision === null) return appendBudget(['x-routellm-request-id', this.#requestId], this.account)
    const overheadMs = this.#overheadMs || this.#findOverheadMs()
    const flat = createDecisionHeaders(this.#requestId, decision, overheadMs)
    if (delivery !== null) appendDeliveryHeaders(flat, delivery)
    return appendBudget(flat, this.account)
  }

  /** What the gateway itself has taken so far: the wait for a turn is none of it. */
  #findOverheadMs(): number {
    return performance.now() - this.receivedAt - (this.#turn?.waitedMs ?? 0)
  }

  mayCall(model: Model, charged: readonly Model[]): boolean {
    return this.account?.mayCall(model, charged) ?? true
  }

  reserveCall(model: Model, charged: readonly Model[]): boolean | Promise<boolean> {
    return this.account?.reserveCall(model, charged) ?? true
  }

  /** The id by which the client can continue or fetch the response; null if there is none that its provider knows. */
  #rememberResponse(): string | null {
    const attempt = this.#delivery?.attempt
    if (attempt === undefined || attempt.translation !== null) return null
    const responseId = attempt.readUsage()?.responseId ?? null
    if (responseId !== null)
      this.#context.responseOrigins.add(responseId, {
        model: attempt.model.name,
        provider: attempt.model.provider,
        key: this.#keyName,
      })
    return responseId
  }

  toFacts(status: number): ExchangeFacts {
    return {
      time: this.#time,
      id: this.#requestId,
      upstreamId: this.#upstreamId,
      protocol: this.#endpoint.callsModel ? this.#endpoint.protocol.name : null,
      path: this.#endpoint.route,
      status,
      error: this.#error,
      stream: this.#isStream,
      decision: this.#delivery?.decision ?? this.#decision,
      delivery: this.#delivery,
      receivedAt: this.receivedAt,
      overheadMs: this.#delivery === null ? null : this.#overheadMs,
      queuedMs: this.#turn?.waitedMs ?? null,
      key: this.#keyName,
      tags: this.#endpoint.tags,
      trace: this.#trace,
      text: this.#text?.finish() ?? null,
    }
  }

  #onClose(): void {
    const { gateway, admission, inFlight, notify, onOver } = this.#context
    if (this.#turn?.isAwaited === true) admission.leave(this.#turn)
    this.#delivery?.abort()
    this.#clientGone?.abort(clientLeft())
    inFlight.remove(this)
    const decision = this.#delivery?.decision ?? this.#decision
    const record = this.#end.finish(this.#reply.finalStatus)
    const responseId = this.#rememberResponse()
    endSession(gateway.sessions, decision, this.#delivery, record, responseId)
    notify(record)
    this.#tap?.end(record)
    onOver()
  }
}

const eventStreamHeaders = { 'content-type': 'text/event-stream; charset=utf-8' } as const

import { UpstreamError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Decision } from '../decide/decision.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { Attempt, type AttemptOwner, type ReplyReceiver } from './attempt.ts'
import {
  type Delivery,
  type DeliveryFallback,
  type FallbackListener,
  redirect,
  toDeliveryFallback,
} from './delivery.ts'
import { findLargerCandidate } from './failure/next-candidate.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import type { Sender } from './sender.ts'

/**
 * A request on its way to a model, and to others if it fails: one attempt at a time, the next one if the last one failed
 * before it committed. The sender says who is next: the same model again where retries are configured, then the
 * candidates that the policy falls back to. If a model of a policy answers that the request is longer than its context, a candidate
 * with a larger context is asked, once and last: its answer is the client's, whatever it is.
 *
 * A request that fails nowhere costs no promise and no timer, and nothing on the way of a chunk.
 *
 * A class, because one is made per request.
 */
export class PlannedDelivery implements Delivery, AttemptOwner {
  readonly #request: OutgoingRequest
  readonly #protocol: Protocol
  readonly #sender: Sender
  readonly #receiver: ReplyReceiver & FallbackListener
  #decision: Decision
  #fallback: DeliveryFallback | null = null
  #attempt: Attempt
  #others: readonly Attempt[] = noAttempts
  /** Candidates that are left; null until one is needed. */
  #candidates: readonly Model[] | null = null
  /** How often the present model was asked again. */
  #retries = 0
  #retryTimer: NodeJS.Timeout | undefined

  constructor(
    decision: Decision,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: ReplyReceiver & FallbackListener,
  ) {
    this.#decision = decision
    this.#request = request
    this.#protocol = protocol
    this.#sender = sender
    this.#receiver = receiver
    this.#attempt = new Attempt(decision.model, protocol, receiver, this)
  }

  start(): void {
    this.#attempt.start(this.#sender, this.#request)
  }

  get decision(): Decision {
    return this.#decision
  }

  get fallback(): DeliveryFallback | null {
    return this.#fallback
  }

  get attempt(): Attempt {
    return this.#attempt
  }

  get others(): readonly Attempt[] {
    return this.#others
  }

  abort(): void {
    clearTimeout(this.#retryTimer)
    this.#attempt.abort()
  }

  onUncommittedFailure(error: Error, retryAfterMs: number | null): void {
    const delayMs = this.#takeRetry(error, retryAfterMs)
    if (delayMs !== null) {
      this.#retryTimer = setTimeout(() => this.#send(this.#attempt.model), delayMs)
      return
    }
    const next = this.#takeCandidate()
    if (next === undefined) this.#receiver.onError(error)
    else this.#ask(next, toDeliveryFallback(error))
  }

  takesFailure(): boolean {
    if (this.#fallback === 'context') return false
    return this.#mayRetry() || this.#findCandidates().length > 0
  }

  takesOverflow(): boolean {
    return this.#fallback !== 'context' && findLargerCandidate(this.#decision) !== null
  }

  onContextOverflow(): void {
    const larger = findLargerCandidate(this.#decision)
    if (larger === null) throw new Error('an overflow was reported that was not to be taken')
    this.#ask(larger, 'context')
  }

  /** How long to wait before the same model is asked again; null if it is not. */
  #takeRetry(error: Error, retryAfterMs: number | null): number | null {
    if (!this.#mayRetry() || !isRetryable(error)) return null
    const rule = this.#sender.retryRule(this.#attempt.model)
    const delayMs = rule.delayMs(this.#retries, retryAfterMs)
    if (delayMs !== null) this.#retries++
    return delayMs
  }

  #mayRetry(): boolean {
    const rule = this.#sender.retryRule(this.#attempt.model)
    return this.#retries < rule.most && this.#others.length < mostCalls - 1
  }

  #findCandidates(): readonly Model[] {
    this.#candidates ??= this.#sender.fallbackCandidates(this.#decision)
    return this.#others.length < mostCalls - 1 ? this.#candidates : noModels
  }

  #takeCandidate(): Model | undefined {
    if (this.#fallback === 'context') return undefined
    const [next, ...rest] = this.#findCandidates()
    this.#candidates = rest
    return next
  }

  #ask(model: Model, fallback: DeliveryFallback): void {
    this.#receiver.onFallback(fallback, this.#attempt.model.name, model.name)
    this.#findCandidates() // by the policy's choice, not by what became of it
    this.#fallback = fallback
    this.#decision = redirect(this.#decision, model)
    this.#retries = 0
    this.#send(model)
  }

  #send(model: Model): void {
    this.#others = [...this.#others, this.#attempt]
    this.#attempt = new Attempt(model, this.#protocol, this.#receiver, this)
    this.#attempt.start(this.#sender, withoutIdempotencyKey(this.#request))
  }
}

/** Of all models together: clients ask again too, and calls must not multiply. */
const mostCalls = 5
const noAttempts: readonly Attempt[] = []
const noModels: readonly Model[] = []

/** A request that cannot be translated stays one. */
function isRetryable(error: Error): boolean {
  return error instanceof UpstreamError
}

/** For a second call: an upstream that knows the key would repeat the first one's reply. */
export function withoutIdempotencyKey(request: OutgoingRequest): OutgoingRequest {
  if (request.headers?.['idempotency-key'] === undefined) return request
  const { 'idempotency-key': _key, ...headers } = request.headers
  return { ...request, headers }
}

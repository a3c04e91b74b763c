import { RouteLLMError, UpstreamError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { Decision } from '../decide/decision.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { Attempt } from './attempt.ts'
import {
  type Delivery,
  type DeliveryFallback,
  type DeliveryReceiver,
  redirect,
  toDeliveryFallback,
} from './delivery.ts'
import { findLargerCandidate } from './failure/next-candidate.ts'
import { chargedModels, whenReserved } from './further-calls.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import type { AttemptOwner } from './reply/reply-receiver.ts'
import type { Sender } from './sender.ts'

/**
 * A request on its way to a model, and to others if it fails: one attempt at a time, the next one if the last one failed
 * before it committed. The sender says who is next: the same model again where retries are configured, then the
 * candidates that the policy falls back to, as far as the budgets allow. If a model of a policy answers that the request is longer than its context, a candidate
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
  readonly #receiver: DeliveryReceiver
  #decision: Decision
  #fallback: DeliveryFallback | null = null
  #attempt: Attempt
  #others: readonly Attempt[] = noAttempts
  /** Candidates that are left; null until one is needed. */
  #candidates: readonly Model[] | null = null
  /** How often the present model was asked again. */
  #retries = 0
  #retryTimer: NodeJS.Timeout | undefined
  #overBudget: Model | null = null
  #hasFailed = false
  #isAborted = false

  constructor(
    decision: Decision,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: DeliveryReceiver,
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

  get overBudget(): Model | null {
    return this.#hasFailed || this.#attempt.isRefused ? this.#overBudget : null
  }

  abort(): void {
    this.#isAborted = true
    clearTimeout(this.#retryTimer)
    this.#attempt.abort()
  }

  onUncommittedFailure(error: Error, retryAfterMs: number | null): void {
    this.#hasFailed = true
    const delayMs = this.#takeRetry(error, retryAfterMs)
    const { model } = this.#attempt
    if (delayMs !== null) {
      this.#retryTimer = setTimeout(() => this.#reserve(model, error, () => this.#send(model)), delayMs)
      return
    }
    const next = this.#takeCandidate()
    if (next === undefined) this.#receiver.onError(error)
    else this.#reserve(next, error, () => this.#ask(next, toDeliveryFallback(error), error))
  }

  takesFailure(): boolean {
    if (this.#fallback === 'context') return false
    return this.#mayRetry() || this.#findCandidates().some((model) => this.#mayCall(model))
  }

  takesOverflow(): boolean {
    if (this.#fallback === 'context') return false
    const larger = findLargerCandidate(this.#decision)
    return larger !== null && this.#mayCall(larger)
  }

  onContextOverflow(): void {
    const larger = findLargerCandidate(this.#decision)
    if (larger === null) throw new Error('an overflow was reported that was not to be taken')
    this.#hasFailed = true
    this.#reserve(larger, overBudget(larger), () => this.#ask(larger, 'context', null))
  }

  #mayCall(model: Model): boolean {
    const isAllowed = this.#receiver.mayCall(model, this.#charged())
    if (!isAllowed) this.#overBudget ??= model
    return isAllowed
  }

  /** Makes a further call if the budgets allow it; else the client gets the error. */
  #reserve(model: Model, error: Error, call: () => void): void {
    const next = (isAllowed: boolean) => {
      if (this.#isAborted) return
      if (isAllowed) {
        call()
        return
      }
      this.#overBudget = model
      this.#receiver.onError(error)
    }
    const fail = (problem: Error) => this.#receiver.onError(problem)
    whenReserved(this.#receiver.reserveCall(model, this.#charged()), next, fail)
  }

  #charged(): readonly Model[] {
    return chargedModels([this.#attempt, ...this.#others])
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
    return (
      this.#retries < rule.most && this.#others.length < mostCalls - 1 && this.#mayCall(this.#attempt.model)
    )
  }

  #findCandidates(): readonly Model[] {
    this.#candidates ??= this.#sender.fallbackCandidates(this.#decision)
    return this.#others.length < mostCalls - 1 ? this.#candidates : noModels
  }

  #takeCandidate(): Model | undefined {
    if (this.#fallback === 'context') return undefined
    const candidates = this.#findCandidates()
    const at = candidates.findIndex((model) => this.#mayCall(model))
    this.#candidates = at === -1 ? noModels : candidates.slice(at + 1)
    return candidates[at]
  }

  #ask(model: Model, fallback: DeliveryFallback, problem: Error | null): void {
    this.#receiver.onFallback(fallback, this.#attempt.model.name, model.name, problem)
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

/** The budget has shrunk since it was asked whether a larger model may be called. */
export function overBudget(model: Model): RouteLLMError {
  return new RouteLLMError(
    'budget-exceeded',
    `The request is longer than the model's context, and "${model.name}", whose context is larger, may cost more than is left of a budget.`,
    { status: 429 },
  )
}

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

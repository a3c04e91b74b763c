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
import { findLargerCandidate } from './next-candidate.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import type { Sender } from './sender.ts'

/** The models that may answer a request, in the order of the calls. */
export type Plan = readonly [Model, ...Model[]]

/**
 * A request on its way through a plan: one attempt at a time, the next one if the last one failed before it committed.
 * If a model of a policy answers that the request is longer than its context, a candidate with a larger context is asked,
 * once and last: its answer is the client's, whatever it is.
 *
 * A plan of one attempt adds no promise, and nothing to the way of a chunk.
 *
 * A class, because one is made per request.
 */
export class PlannedDelivery implements Delivery, AttemptOwner {
  readonly #plan: Plan
  readonly #request: OutgoingRequest
  readonly #protocol: Protocol
  readonly #sender: Sender
  readonly #receiver: ReplyReceiver & FallbackListener
  #decision: Decision
  #fallback: DeliveryFallback | null = null
  #attempt: Attempt
  #others: readonly Attempt[] = noAttempts

  /** @param plan begins with the decision's model. */
  constructor(
    decision: Decision,
    plan: Plan,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: ReplyReceiver & FallbackListener,
  ) {
    this.#decision = decision
    this.#plan = plan
    this.#request = request
    this.#protocol = protocol
    this.#sender = sender
    this.#receiver = receiver
    this.#attempt = new Attempt(plan[0], protocol, receiver, this, plan.length === 1)
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
    this.#attempt.abort()
  }

  onUncommittedFailure(error: Error): void {
    const next = this.#fallback === 'context' ? undefined : this.#plan[this.#others.length + 1]
    if (next === undefined) this.#receiver.onError(error)
    else this.#ask(next, toDeliveryFallback(error), this.#others.length === this.#plan.length - 2)
  }

  takesOverflow(): boolean {
    return this.#fallback !== 'context' && findLargerCandidate(this.#decision) !== null
  }

  onContextOverflow(): void {
    const larger = findLargerCandidate(this.#decision)
    if (larger === null) throw new Error('an overflow was reported that was not to be taken')
    this.#ask(larger, 'context', true)
  }

  #ask(model: Model, fallback: DeliveryFallback, isLast: boolean): void {
    this.#receiver.onFallback(fallback, this.#attempt.model.name, model.name)
    this.#fallback = fallback
    this.#decision = redirect(this.#decision, model)
    this.#others = [...this.#others, this.#attempt]
    this.#attempt = new Attempt(model, this.#protocol, this.#receiver, this, isLast)
    this.#attempt.start(this.#sender, withoutIdempotencyKey(this.#request))
  }
}

const noAttempts: readonly Attempt[] = []

/** For a second call: an upstream that knows the key would repeat the first one's reply. */
export function withoutIdempotencyKey(request: OutgoingRequest): OutgoingRequest {
  if (request.headers?.['idempotency-key'] === undefined) return request
  const { 'idempotency-key': _key, ...headers } = request.headers
  return { ...request, headers }
}

import type { Model } from '../../routing/catalogue/model.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { Attempt, type AttemptOwner, type OutgoingRequest, type ReplyReceiver } from './attempt.ts'
import type { Sender } from './sender.ts'

/** The models that may answer a request, in the order of the calls. */
export type Plan = readonly [Model, ...Model[]]

/**
 * A request on its way through a plan: one attempt at a time, the next one if the last one failed before it committed.
 * A plan of one attempt adds no promise, and nothing to the way of a chunk.
 *
 * A class, because one is made per request.
 */
export class Delivery implements AttemptOwner {
  readonly #plan: Plan
  readonly #request: OutgoingRequest
  readonly #protocol: Protocol
  readonly #sender: Sender
  readonly #receiver: ReplyReceiver
  #attempt: Attempt
  #attempts = 0

  constructor(
    plan: Plan,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: ReplyReceiver,
  ) {
    this.#plan = plan
    this.#request = request
    this.#protocol = protocol
    this.#sender = sender
    this.#receiver = receiver
    this.#attempt = new Attempt(plan[0], protocol, receiver, this, plan.length === 1)
  }

  /** Sends the request to the plan's first model. */
  start(): void {
    this.#attempts++
    this.#attempt.start(this.#sender, this.#request)
  }

  /** The latest attempt: the one that answers, or failed last. */
  get attempt(): Attempt {
    return this.#attempt
  }

  /** The number of models that were called. */
  get attempts(): number {
    return this.#attempts
  }

  abort(): void {
    this.#attempt.abort()
  }

  onUncommittedFailure(error: Error): void {
    const next = this.#plan[this.#attempts]
    if (next === undefined) {
      this.#receiver.onError(error)
      return
    }
    const isLast = this.#attempts === this.#plan.length - 1
    this.#attempt = new Attempt(next, this.#protocol, this.#receiver, this, isLast)
    this.start()
  }
}

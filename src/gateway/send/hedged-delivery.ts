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
import type { Hedging } from './hedging.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { withoutIdempotencyKey } from './planned-delivery.ts'
import type { Sender } from './sender.ts'

/** The race that a call takes part in. */
type Race = {
  /** Whether the call is the one whose reply the client gets, from here on; all others are aborted then. */
  win(runner: Runner): boolean
  fail(runner: Runner, error: Error): void
  takesFailure(): boolean
  takesOverflow(): boolean
  onContextOverflow(): void
}

/** One call of a race: what it reports reaches the client once it has won. */
class Runner implements ReplyReceiver, AttemptOwner {
  readonly attempt: Attempt
  readonly #race: Race
  readonly #receiver: ReplyReceiver

  constructor(model: Model, protocol: Protocol, race: Race, receiver: ReplyReceiver) {
    this.#race = race
    this.#receiver = receiver
    this.attempt = new Attempt(model, protocol, this, this)
  }

  onCommit(status: number, headers: Readonly<Record<string, string>>, isEventStream: boolean): void {
    if (this.#race.win(this)) this.#receiver.onCommit(status, headers, isEventStream)
  }

  onData(chunk: Buffer, resume: () => void): boolean {
    return this.#receiver.onData(chunk, resume)
  }

  onEnd(): void {
    this.#receiver.onEnd()
  }

  onError(error: Error): void {
    this.#receiver.onError(error)
  }

  onUncommittedFailure(error: Error): void {
    this.#race.fail(this, error)
  }

  takesFailure(): boolean {
    return this.#race.takesFailure()
  }

  takesOverflow(): boolean {
    return this.#race.takesOverflow()
  }

  onContextOverflow(): void {
    this.#race.onContextOverflow()
  }
}

/**
 * A request whose model is called a second time if it is late: the first call whose reply commits is the client's, and
 * the other one is aborted. A call that fails before leaves the other one; the client gets an error only if none is left.
 * A context overflow is answered as in `PlannedDelivery`.
 *
 * A class, because it has the state of one request.
 */
export class HedgedDelivery implements Delivery, Race {
  readonly #request: OutgoingRequest
  readonly #protocol: Protocol
  readonly #sender: Sender
  readonly #receiver: ReplyReceiver & FallbackListener
  readonly #hedging: Hedging
  readonly #delayMs: number
  #decision: Decision
  #fallback: DeliveryFallback | null = null
  /** Candidates that are left; null until one is needed. */
  #candidates: readonly Model[] | null = null
  #running: Runner[] = []
  #others: Attempt[] = []
  #leader: Runner
  #isWon = false
  #timer: NodeJS.Timeout | undefined

  constructor(
    decision: Decision,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: ReplyReceiver & FallbackListener,
    hedging: Hedging,
    delayMs: number,
  ) {
    this.#decision = decision
    this.#request = request
    this.#protocol = protocol
    this.#sender = sender
    this.#receiver = receiver
    this.#hedging = hedging
    this.#delayMs = delayMs
    this.#leader = new Runner(decision.model, protocol, this, receiver)
  }

  start(): void {
    this.#timer = setTimeout(() => this.#hedge(), this.#delayMs)
    this.#running.push(this.#leader)
    this.#leader.attempt.start(this.#sender, this.#request)
  }

  get decision(): Decision {
    return this.#decision
  }

  get fallback(): DeliveryFallback | null {
    return this.#fallback
  }

  get attempt(): Attempt {
    return this.#leader.attempt
  }

  get others(): readonly Attempt[] {
    return this.#others
  }

  abort(): void {
    clearTimeout(this.#timer)
    this.#leader.attempt.abort()
    for (const { attempt } of this.#running) attempt.abort()
  }

  win(runner: Runner): boolean {
    if (this.#isWon) return runner === this.#leader
    this.#isWon = true
    clearTimeout(this.#timer)
    for (const { attempt } of this.#running) if (attempt !== runner.attempt) attempt.abort()
    if (runner !== this.#leader) this.#lead(runner)
    this.#running = []
    return true
  }

  fail(runner: Runner, error: Error): void {
    this.#running = this.#running.filter((each) => each !== runner)
    const [left] = this.#running
    if (left === undefined) {
      clearTimeout(this.#timer)
      const [next, ...rest] = this.#findCandidates()
      this.#candidates = rest
      if (next === undefined) this.#receiver.onError(error)
      else this.#askInstead(next, toDeliveryFallback(error))
    } else if (runner === this.#leader) this.#lead(left)
  }

  takesFailure(): boolean {
    return this.#running.length > 1 || this.#findCandidates().length > 0
  }

  takesOverflow(): boolean {
    return this.#fallback === null && findLargerCandidate(this.#decision) !== null
  }

  onContextOverflow(): void {
    const larger = findLargerCandidate(this.#decision)
    if (larger === null) throw new Error('an overflow was reported that was not to be taken')
    clearTimeout(this.#timer)
    for (const { attempt } of this.#running) attempt.abort()
    this.#askInstead(larger, 'context')
  }

  #findCandidates(): readonly Model[] {
    if (this.#fallback === 'context') return []
    this.#candidates ??= this.#sender.fallbackCandidates(this.#decision)
    return this.#candidates
  }

  #askInstead(model: Model, fallback: DeliveryFallback): void {
    this.#receiver.onFallback(fallback, this.#decision.model.name, model.name)
    this.#fallback = fallback
    this.#decision = redirect(this.#decision, model)
    this.#lead(new Runner(model, this.#protocol, this, this.#receiver))
    this.#running = [this.#leader]
    this.#leader.attempt.start(this.#sender, withoutIdempotencyKey(this.#request))
  }

  /** The first call is late. */
  #hedge(): void {
    if (this.#isWon || !this.#hedging.take()) return
    const second = new Runner(this.#decision.model, this.#protocol, this, this.#receiver)
    this.#running.push(second)
    this.#others.push(second.attempt)
    second.attempt.start(this.#sender, withoutIdempotencyKey(this.#request))
  }

  #lead(runner: Runner): void {
    this.#others = [this.#leader.attempt, ...this.#others.filter((each) => each !== runner.attempt)]
    this.#leader = runner
  }
}

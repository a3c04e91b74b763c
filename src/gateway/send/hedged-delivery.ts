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
import type { Hedging } from './hedging.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { overBudget, withoutIdempotencyKey } from './planned-delivery.ts'
import type { AttemptOwner, ReplyReceiver } from './reply/reply-receiver.ts'
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
 * No call is made that the budgets do not allow. A context overflow is answered as in `PlannedDelivery`.
 *
 * A class, because it has the state of one request.
 */
export class HedgedDelivery implements Delivery, Race {
  readonly #request: OutgoingRequest
  readonly #protocol: Protocol
  readonly #sender: Sender
  readonly #receiver: DeliveryReceiver
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
  #overBudget: Model | null = null
  /** The first one that may not be called, if it comes to that. */
  #denied: Model | null = null
  #isAborted = false

  constructor(
    decision: Decision,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: DeliveryReceiver,
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

  get overBudget(): Model | null {
    return this.#overBudget ?? (this.#leader.attempt.isRefused ? this.#denied : null)
  }

  abort(): void {
    this.#isAborted = true
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
      const candidates = this.#findCandidates()
      const at = candidates.findIndex((model) => this.#mayCall(model))
      this.#candidates = at === -1 ? [] : candidates.slice(at + 1)
      const next = candidates[at]
      if (next === undefined) {
        this.#overBudget ??= candidates[0] ?? null
        this.#receiver.onError(error)
      } else this.#reserve(next, () => this.#askInstead(next, toDeliveryFallback(error), error), error)
    } else if (runner === this.#leader) this.#lead(left)
  }

  takesFailure(): boolean {
    return this.#running.length > 1 || this.#findCandidates().some((model) => this.#mayCall(model))
  }

  takesOverflow(): boolean {
    if (this.#fallback !== null) return false
    const larger = findLargerCandidate(this.#decision)
    return larger !== null && this.#mayCall(larger)
  }

  onContextOverflow(): void {
    const larger = findLargerCandidate(this.#decision)
    if (larger === null) throw new Error('an overflow was reported that was not to be taken')
    clearTimeout(this.#timer)
    for (const { attempt } of this.#running) attempt.abort()
    this.#running = []
    this.#reserve(larger, () => this.#askInstead(larger, 'context', null), overBudget(larger))
  }

  #mayCall(model: Model): boolean {
    const isAllowed = this.#receiver.mayCall(model, this.#charged())
    if (!isAllowed) this.#denied ??= model
    return isAllowed
  }

  /** Makes a further call if the budgets allow it. @param error is the client's if they do not; null leaves the calls that run. */
  #reserve(model: Model, call: () => void, error: Error | null): void {
    const next = (isAllowed: boolean) => {
      if (this.#isAborted) return
      if (isAllowed) {
        call()
        return
      }
      this.#overBudget = model
      if (error !== null) this.#receiver.onError(error)
    }
    const fail = (problem: Error) => {
      if (error !== null) this.#receiver.onError(problem)
    }
    whenReserved(this.#receiver.reserveCall(model, this.#charged()), next, fail)
  }

  #charged(): readonly Model[] {
    return chargedModels([this.#leader.attempt, ...this.#others])
  }

  #findCandidates(): readonly Model[] {
    if (this.#fallback === 'context') return []
    this.#candidates ??= this.#sender.fallbackCandidates(this.#decision)
    return this.#candidates
  }

  #askInstead(model: Model, fallback: DeliveryFallback, problem: Error | null): void {
    this.#receiver.onFallback(fallback, this.#decision.model.name, model.name, problem)
    this.#fallback = fallback
    this.#decision = redirect(this.#decision, model)
    this.#lead(new Runner(model, this.#protocol, this, this.#receiver))
    this.#running = [this.#leader]
    this.#leader.attempt.start(this.#sender, withoutIdempotencyKey(this.#request))
  }

  /** The first call is late. */
  #hedge(): void {
    if (this.#isWon || !this.#hedging.take()) return
    this.#reserve(this.#decision.model, () => this.#callAgain(), null)
  }

  #callAgain(): void {
    // The answer may have come while a ledger was asked.
    if (this.#isWon || this.#running.length === 0) return
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

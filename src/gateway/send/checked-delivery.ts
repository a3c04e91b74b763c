import { UpstreamError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { AnswerCheck } from '../../routing/policies/answer-check.ts'
import type { RoutedChoice } from '../../routing/policies/choice.ts'
import type { Decision, PolicyDecision } from '../decide/decision.ts'
import type { Protocol, ReadAnswer } from '../protocols/protocol.ts'
import { Attempt } from './attempt.ts'
import {
  type Delivery,
  type DeliveryFallback,
  type DeliveryReceiver,
  toDeliveryFallback,
} from './delivery.ts'
import { isContextOverflow, mayBeContextOverflow } from './failure/context-overflow.ts'
import { chargedModels, whenReserved } from './further-calls.ts'
import { HeldReply } from './held-reply.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { withoutIdempotencyKey } from './planned-delivery.ts'
import type { AttemptOwner } from './reply/reply-receiver.ts'
import type { Sender } from './sender.ts'

/** A decision whose answer is read before the client gets it. */
export type CheckedDecision = PolicyDecision & RoutedChoice & { readonly check: AnswerCheck }

export function isCheckedDecision(decision: Decision): decision is CheckedDecision {
  return decision.kind === 'routed' && decision.check !== null
}

/** The client's side of a request that is not answered at once. */
export type PatientReceiver = DeliveryReceiver & {
  /** Nothing can be said yet: the connection is to be kept alive. */
  onWaiting(): void
}

/**
 * A request whose first answer is read before the client gets a byte of it: the weak model's, by a verifier. If it looks
 * right, the client gets exactly its bytes. If it looks wrong, the strong model is asked; also if the weak model
 * fails, refuses, says nothing, or takes longer than the check allows. An answer that calls tools, or that is longer
 * than 8 MiB, is not read and passes. Of several choices the worst counts.
 *
 * What the strong model answers is the client's, whatever it is. If the budgets do not allow its call, what the weak model
 * answers is the client's, whatever it is, and whenever it comes.
 *
 * A class, because it has the state of one request.
 */
export class CheckedDelivery implements Delivery, AttemptOwner {
  readonly #request: OutgoingRequest
  readonly #protocol: Protocol
  readonly #sender: Sender
  readonly #receiver: PatientReceiver
  readonly #heartbeatMs: number
  readonly #check: AnswerCheck
  readonly #weak: HeldReply
  readonly #samples: readonly HeldReply[]
  #decision: CheckedDecision
  #fallback: DeliveryFallback | null = null
  /** The strong model's call, once it is made. */
  #strong: Attempt | null = null
  #isDecided = false
  /** Whether it is being asked if the strong model may be called. */
  #isAsking = false
  /** Whether the weak model's answer is the client's, because the budgets do not allow another one. */
  #keepsWeak = false
  #limit: NodeJS.Timeout | undefined
  #heartbeat: NodeJS.Timeout | undefined

  constructor(
    decision: CheckedDecision,
    request: OutgoingRequest,
    protocol: Protocol,
    sender: Sender,
    receiver: PatientReceiver,
    heartbeatMs: number,
  ) {
    this.#decision = decision
    this.#check = decision.check
    this.#request = request
    this.#protocol = protocol
    this.#sender = sender
    this.#receiver = receiver
    this.#heartbeatMs = heartbeatMs
    const hold = (model: Model) => new HeldReply(model, protocol, () => this.#onSettled())
    this.#weak = hold(decision.model)
    this.#samples = Array.from({ length: decision.check.samples }, () => hold(decision.model))
  }

  start(): void {
    this.#limit = setTimeout(() => this.#escalate('upstream-timeout'), this.#check.timeoutMs)
    if (this.#request.stream)
      this.#heartbeat = setInterval(() => this.#receiver.onWaiting(), this.#heartbeatMs)
    this.#weak.attempt.start(this.#sender, this.#request)
    for (const sample of this.#samples)
      if (!this.#isDecided) sample.attempt.start(this.#sender, withoutIdempotencyKey(this.#request))
  }

  get decision(): Decision {
    return this.#decision
  }

  get fallback(): DeliveryFallback | null {
    return this.#fallback
  }

  get attempt(): Attempt {
    return this.#strong ?? this.#weak.attempt
  }

  get others(): readonly Attempt[] {
    const sent = this.#samples.map(({ attempt }) => attempt).filter(({ sentAt }) => sentAt > 0)
    return this.#strong === null ? sent : [this.#weak.attempt, ...sent]
  }

  get overBudget(): Model | null {
    return this.#keepsWeak ? this.#check.strong : null
  }

  abort(): void {
    this.#decide()
    this.#weak.abort()
    for (const sample of this.#samples) sample.abort()
    this.#strong?.abort()
  }

  onUncommittedFailure(error: Error): void {
    this.#receiver.onError(error)
  }

  takesFailure(): boolean {
    return false
  }

  takesOverflow(): boolean {
    return false
  }

  onContextOverflow(): void {}

  #onSettled(): void {
    if (this.#isDecided || this.#isAsking) return
    const { state, error, status } = this.#weak
    if (this.#keepsWeak) {
      if (state !== 'waiting') this.#passWeak(null)
      return
    }
    switch (state) {
      case 'waiting':
        return
      case 'too-long':
        this.#pass(null)
        return
      case 'failed':
        this.#escalate(error === null ? 'upstream-error' : toDeliveryFallback(error))
        return
      case 'refused': {
        const isTooLong = mayBeContextOverflow(status) && isContextOverflow(this.#weak.readBody())
        this.#escalate(isTooLong ? 'context' : 'upstream-error')
        return
      }
      case 'complete':
        if (this.#samples.every((sample) => sample.state !== 'waiting')) this.#judge()
    }
  }

  /** Every call is over. */
  #judge(): void {
    const answer = this.#read(this.#weak)
    if (answer?.callsTools === true) this.#pass(null)
    else if (answer === null || answer.texts.every((text) => text.trim() === ''))
      this.#escalate('upstream-error')
    else {
      const strongWinRate = this.#verify(answer)
      if (strongWinRate === null) this.#escalate('router-error')
      else if (strongWinRate < this.#check.threshold) this.#pass(strongWinRate)
      else this.#escalate(null, strongWinRate)
    }
  }

  #read(held: HeldReply): ReadAnswer | null {
    return held.state === 'complete' ? this.#protocol.readAnswer(held.readBody(), held.isEventStream) : null
  }

  /** The highest win rate over the answer's choices; null if the verifier fails. */
  #verify({ texts, tokenLogprobs }: ReadAnswer): number | null {
    const { verifier, prompt } = this.#check
    const samples = this.#samples.flatMap((sample) => this.#read(sample)?.texts[0] ?? [])
    try {
      const rates = texts.map((answer) =>
        verifier.strongWinRate({
          prompt,
          answer,
          ...(tokenLogprobs !== null && { tokenLogprobs }),
          ...(samples.length > 0 && { samples }),
        }),
      )
      const highest = Math.max(...rates)
      return highest >= 0 && highest <= 1 ? highest : null
    } catch {
      return null
    }
  }

  #pass(strongWinRate: number | null): void {
    this.#decide()
    this.#decision = { ...this.#decision, strongWinRate }
    for (const sample of this.#samples) sample.abort()
    this.#weak.release(this.#receiver)
  }

  #escalate(fallback: DeliveryFallback | null, strongWinRate: number | null = null): void {
    if (this.#isDecided || this.#isAsking || this.#keepsWeak) return
    const calls = [this.#weak, ...this.#samples].map(({ attempt }) => attempt)
    const reserved = this.#receiver.reserveCall(this.#check.strong, chargedModels(calls))
    this.#isAsking = true
    const next = (isAllowed: boolean) => {
      this.#isAsking = false
      if (this.#isDecided) return
      if (isAllowed) this.#askStrong(fallback, strongWinRate)
      else this.#keepWeak(strongWinRate)
    }
    whenReserved(reserved, next, (error) => {
      this.#decide()
      this.#receiver.onError(error)
    })
  }

  #keepWeak(strongWinRate: number | null): void {
    this.#keepsWeak = true
    clearTimeout(this.#limit)
    for (const sample of this.#samples) sample.abort()
    if (this.#weak.state !== 'waiting') this.#passWeak(strongWinRate)
  }

  /** What became of the weak model's call is the client's. */
  #passWeak(strongWinRate: number | null): void {
    const { state, error } = this.#weak
    if (state !== 'failed') {
      this.#pass(strongWinRate)
      return
    }
    this.#decide()
    const { provider } = this.#decision.model
    this.#receiver.onError(
      error ?? new UpstreamError('upstream-unreachable', `The upstream "${provider}" has failed.`),
    )
  }

  #askStrong(fallback: DeliveryFallback | null, strongWinRate: number | null): void {
    this.#decide()
    const { strong } = this.#check
    this.#weak.abort()
    for (const sample of this.#samples) sample.abort()
    if (fallback !== null)
      this.#receiver.onFallback(fallback, this.#decision.model.name, strong.name, this.#weak.error)
    this.#fallback = fallback
    this.#decision = { ...this.#decision, model: strong, side: 'strong', strongWinRate }
    this.#strong = new Attempt(strong, this.#protocol, this.#receiver, this)
    this.#strong.start(this.#sender, withoutIdempotencyKey(this.#request))
  }

  #decide(): void {
    this.#isDecided = true
    clearTimeout(this.#limit)
    clearInterval(this.#heartbeat)
  }
}

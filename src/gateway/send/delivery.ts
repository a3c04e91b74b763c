import { UpstreamError } from '../../errors.ts'
import type { Model } from '../../routing/catalogue/model.ts'
import type { FallbackReason } from '../../routing/policies/choice.ts'
import type { Decision } from '../decide/decision.ts'
import type { Attempt } from './attempt.ts'
import type { FurtherCalls } from './further-calls.ts'
import type { ReplyReceiver } from './reply/reply-receiver.ts'

/** A request on its way to the models that may answer it. */
export type Delivery = {
  /** Sends the request. */
  start(): void
  /** Closes the sockets of the upstreams that have not answered completely. */
  abort(): void
  /** The decision as it turned out: its model answers, or was called last. */
  readonly decision: Decision
  /** Why another model answers than the policy chose; null if none does. */
  readonly fallback: DeliveryFallback | null
  /** The call of the decision's model. */
  readonly attempt: Attempt
  /** The calls beside it. */
  readonly others: readonly Attempt[]
  /** The model that would have been called next, and was not, because a budget has too few dollars left; null if there is none. */
  readonly overBudget: Model | null
}

/** The client's side of a delivery, and what it may spend. */
export type DeliveryReceiver = ReplyReceiver & FallbackListener & FurtherCalls

/** `router-error`: the verifier of a cascade failed. */
export type DeliveryFallback = FallbackReason | 'context' | 'upstream-error' | 'upstream-timeout'

/** Learns that another model is asked. */
export type FallbackListener = {
  /**
   * @param from the model that could not answer.
   * @param problem what went wrong; null if `fallback` says it all.
   */
  onFallback(fallback: DeliveryFallback, from: string, to: string, problem: Error | null): void
}

/** What kind of failure of an upstream an error is. */
export function toDeliveryFallback(error: Error): DeliveryFallback {
  return error instanceof UpstreamError && error.status === 504 ? 'upstream-timeout' : 'upstream-error'
}

/** The decision with another of its candidates as the model. */
export function redirect(decision: Decision, to: Decision['model']): Decision {
  if (decision.kind === 'fixed-model') return { ...decision, model: to }
  const { side } = decision
  return { ...decision, model: to, side: side === null ? null : side === 'strong' ? 'weak' : 'strong' }
}

import type { Exclusion } from '../../../routing/catalogue/exclusion.ts'
import type { ExpectedCall, FallbackReason } from '../../../routing/policies/choice.ts'
import type { Contribution, Neighbour } from '../../../routing/routers/explanation.ts'
import type { SessionDecision } from '../../../routing/sessions/settle-session.ts'
import type { Task } from '../../../routing/tasks/task.ts'
import type { PacedBudget } from '../decided-pace.ts'
import type { DrawnArm } from '../experiments/drawn-arm.ts'

/**
 * Which model answers, and why: the JSON of `routellm route --json` and `POST /v1/route`. A field that does not apply
 * is null.
 */
export type ExplainedDecision = (
  | ExplainedRoutedDecision
  | ExplainedFixedModelDecision
  | ExplainedFallbackDecision
) & {
  /** What the conversation did to the decision; absent if the request is decided alone. */
  readonly session?: SessionDecision
  /** The experiment that the session takes part in; absent if it takes part in none. */
  readonly experiment?: DrawnArm
}

/** A policy compared its candidates. */
export type ExplainedRoutedDecision = {
  readonly reason: 'routed'
  readonly model: string
  readonly policy: string | null
  readonly router: string | null
  readonly threshold: number | null
  readonly strongWinRate: number | null
  /** The most likely kind of work; null if it was not read. */
  readonly task: Task | null
  readonly candidates: readonly ExplainedCandidate[]
  readonly explanation: DecisionExplanation
  /** How the model's answer would be read first; absent if the client would get it as it comes. */
  readonly check?: ExplainedCheck
  /** How many times more than usual a dollar counts, because a budget is being spent too fast; absent at 1. */
  readonly pace?: number
  /** What `threshold` is without `pace`; absent if it was not raised. */
  readonly ownThreshold?: number
  /** The budget that is being spent too fast; absent without `pace`. */
  readonly pacedBudget?: PacedBudget
}

/** The request names a model, not a router. */
export type ExplainedFixedModelDecision = {
  readonly reason: 'fixed-model'
  readonly model: string
  readonly policy: null
  readonly router: null
  readonly threshold: null
  readonly strongWinRate: null
  readonly task: null
  /** The model itself. */
  readonly candidates: readonly ExplainedCandidate[]
  readonly explanation: DecisionExplanation
}

/** The router failed or took too long, so the policy's safest candidate answers. */
export type ExplainedFallbackDecision = {
  readonly reason: 'fallback'
  readonly fallback: FallbackReason
  readonly model: string
  readonly policy: string | null
  readonly router: string
  readonly threshold: number | null
  readonly strongWinRate: null
  /** The most likely kind of work; null if it was not read. */
  readonly task: Task | null
  readonly candidates: readonly ExplainedCandidate[]
  readonly explanation: DecisionExplanation
}

export type ExplainedCheck = {
  readonly verifier: string
  /** In [0, 1]: from this win rate of the strong model over the answer on, `strong` answers. */
  readonly threshold: number
  readonly strong: string
}

export type ExplainedCandidate = {
  readonly model: string
  readonly effort: string | null
  /** Higher is better; comparable within one decision. For a pair: the model's win rate against the other. */
  readonly score: number | null
  /** Expected dollars; null if the model is unpriced or the policy compares none. */
  readonly usd: number | null
  readonly excluded: Exclusion | null
  /** What a policy that compares dollars or latencies expects of the call. */
  readonly expected?: ExpectedCall
}

export type DecisionExplanation = {
  /** One or two sentences for a person. */
  readonly summary: string
  /** Largest influence first; empty if the router gives no contributions. */
  readonly contributions: readonly Contribution[]
  /**
   * The threshold or tolerance at which the decision flips: the win rate itself for a threshold, a predicted loss for a
   * tolerance; null if there is none.
   */
  readonly flipsAt: number | null
  /** The labelled prompts that the score depends on most, from a router that looks some up. */
  readonly nearest?: readonly Neighbour[]
}

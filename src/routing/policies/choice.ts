import type { Exclusion } from '../catalogue/exclusion.ts'
import type { Model } from '../catalogue/model.ts'
import type { AnswerCheck } from './answer-check.ts'

/** What a policy chose for one request, and from what. */
export type Choice = RoutedChoice | FallbackChoice

/** The policy compared its candidates and chose one. A field that does not apply to the policy is null. */
export type RoutedChoice = {
  readonly kind: 'routed'
  /** The model that answers. */
  readonly model: Model
  /** The policy's configured name; null for the pair behind `router-<name>-<threshold>`. */
  readonly policy: string | null
  /** The router that scored the prompt. */
  readonly router: string | null
  /** Win rate ≥ threshold means the strong model; in [0, 1]. */
  readonly threshold: number | null
  /** The win rate of the strong model, in [0, 1]. */
  readonly strongWinRate: number | null
  /** Which of a pair `model` is. */
  readonly side: Side | null
  /** What the policy chose from, in the policy's order. Shared between choices if nothing in it depends on the request. */
  readonly candidates: readonly Candidate[]
  /**
   * One score per candidate, in their order; higher is better, NaN for a candidate that was not scored. Null for a
   * pair: its scores are the strong model's win rate and 1 minus it.
   */
  readonly scores: ArrayLike<number> | null
  /** How the model's answer is read before the client gets it; null: the client gets it as it comes. */
  readonly check: AnswerCheck | null
  /** The probability with which each candidate was to be chosen, in their order; absent if nothing was drawn by chance. */
  readonly propensities?: ArrayLike<number>
  /** How sure a policy that learns is of its scores; absent for others. */
  readonly uncertainty?: ScoreUncertainty
  /** The pace above 1 that the policy has raised its threshold, its tolerance or its weight of a dollar by; absent at 1. */
  readonly pace?: number
  /** What `threshold` is without `pace`; absent if it was not raised. */
  readonly ownThreshold?: number
}

export type ScoreUncertainty = {
  /** [candidates] standard deviations of the scores. */
  readonly deviations: ArrayLike<number>
  /** Quality that as many dollars as the policy's ceiling have to bring; 0 without a ceiling. */
  readonly usdWeight: number
}

/** The policy could not score the prompt, so its safest candidate answers. */
export type FallbackChoice = {
  readonly kind: 'fallback'
  readonly fallback: FallbackReason
  readonly model: Model
  readonly policy: string | null
  readonly router: string
  readonly threshold: number | null
  /** Which of a pair `model` is. */
  readonly side: Side | null
  /** Why the router did not score the prompt: one clause that quotes nothing of the prompt. */
  readonly problem: string
  readonly candidates: readonly Candidate[]
}

export type Side = 'strong' | 'weak'

export type FallbackReason = 'router-error' | 'router-timeout'

/** A model that a policy may choose. */
export type Candidate = {
  readonly model: Model
  /** Expected dollars of this request; null if the model is unpriced or the policy does not compare dollars. */
  readonly usd: number | null
  /** Why the model cannot answer this request; null if it can. */
  readonly excluded: Exclusion | null
  /** What a policy that compares dollars or latencies expects of the call. */
  readonly expected?: ExpectedCall
}

/** Estimates of one call; null what the policy does not compare. */
export type ExpectedCall = {
  readonly outputTokens: number
  readonly firstTokenSeconds: number | null
  /** Of the tokens after the first. */
  readonly secondsPerOutputToken: number | null
}

import type { Contribution, Neighbour } from '../../routing/routers/explanation.ts'

/** Which model answers, and why. The JSON of `routellm route --json` and `POST /v1/route`. */
export type Decision = RoutedDecision | FixedModelDecision | FallbackDecision

/** A router scored the prompt. */
export type RoutedDecision = {
  readonly reason: 'routed'
  readonly model: string
  readonly router: string
  readonly threshold: number
  readonly strongWinRate: number
  readonly explanation: DecisionExplanation
}

/** The request named a model, not a router. */
export type FixedModelDecision = {
  readonly reason: 'fixed-model'
  readonly model: string
  readonly router: null
  readonly threshold: null
  readonly strongWinRate: null
  readonly explanation: DecisionExplanation
}

/** The router failed or took too long, so the strong model answers. */
export type FallbackDecision = {
  readonly reason: 'fallback'
  readonly fallback: 'router-error' | 'router-timeout'
  readonly model: string
  readonly router: string
  readonly threshold: number
  readonly strongWinRate: null
  readonly explanation: DecisionExplanation
}

export type DecisionExplanation = {
  /** One or two sentences for a person. */
  readonly summary: string
  /** Largest influence first; empty where the router cannot say. */
  readonly contributions: readonly Contribution[]
  /** The threshold at which the decision would flip: the win rate itself; null where nothing was scored. */
  readonly flipsAt: number | null
  /** The labelled prompts that the score leans on most, from a router that looks some up. */
  readonly nearest?: readonly Neighbour[]
}

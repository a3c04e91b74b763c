import { type CascadeRoute, chooseRoute, chooseRouteByEscalation } from '../../verifiers/choose-route.ts'
import type { AverageAnswer } from './average-answer.ts'

/** How a request is answered: by one model at once, or by the weak one whose answer is read. */
export type Way = 'strong' | 'weak' | 'cascade'

/** The way of a request, and what decided it. */
export type WayChoice =
  /** A bound of the configuration: the prompt is clearly hard, or clearly easy. */
  | { readonly kind: 'bound'; readonly way: 'strong' | 'weak' }
  /** The threshold 0: each answer would be escalated. */
  | { readonly kind: 'no-answer-kept'; readonly way: 'strong' }
  /** `maxSeconds`. */
  | { readonly kind: 'seconds'; readonly way: 'strong' | 'weak'; readonly seconds: number }
  /** Nothing: a price is not known, or both models are free. The cascade is used as configured. */
  | { readonly kind: 'no-dollars'; readonly way: 'cascade' }
  /** The expected dollars of each way, wrong answers included. */
  | { readonly kind: 'dollars'; readonly way: Way; readonly costs: Readonly<Record<Way, number>> }

/** What decides about the way of one request. */
export type WayFacts = {
  /** The strong model's win rate by the prompt alone; null if no router is asked. */
  readonly strongWinRate: number | null
  /** From this win rate on the strong model answers at once: the prompt is clearly hard. */
  readonly hardFrom: number
  /** Below this win rate the weak model's answer is not read: the prompt is clearly easy. */
  readonly easyBelow: number
  /** Expected dollars of one call; null if a price is not known. */
  readonly strongUsd: number | null
  readonly weakUsd: number | null
  /** Calls of the weak model before its answer is read. */
  readonly weakCalls: number
  /** How much reading the answer tells; see `MeasuredVerifier`. */
  readonly separation: number
  /** Decides if no router is asked. */
  readonly average: AverageAnswer
  /** In [0, 1]: from this win rate over the answer on it is escalated. */
  readonly threshold: number
  /** Until the weak model's answer is complete. */
  readonly weakSeconds: number
  /** Until the strong model's first token. */
  readonly strongSeconds: number
  /** For the first token of an answer that is escalated; null: no limit. */
  readonly maxSeconds: number | null
}

/**
 * The way of a request that both models can answer: the bounds of the configuration, then the expected dollars at equal
 * expected quality (`chooseRoute`), by the prompt's win rate or, without a router, by the average answer. An unknown price says
 * nothing against the cascade. If it is expected to take longer than `maxSeconds`, one model answers at once.
 */
export function findWay(facts: WayFacts): WayChoice {
  const { strongWinRate, hardFrom, easyBelow, strongUsd, weakUsd } = facts
  if (strongWinRate !== null && strongWinRate >= hardFrom) return { kind: 'bound', way: 'strong' }
  if (strongWinRate !== null && strongWinRate < easyBelow) return { kind: 'bound', way: 'weak' }
  if (facts.threshold === 0) return { kind: 'no-answer-kept', way: 'strong' }
  const seconds = facts.weakSeconds + facts.strongSeconds
  const isLate = facts.maxSeconds !== null && seconds > facts.maxSeconds
  const { route, expected } = choosePricedRoute(facts, isLate)
  if (isLate) return { kind: 'seconds', way: route === 'strong' ? 'strong' : 'weak', seconds }
  const { strong, weak, verified } = expected
  if (strong.cost === null || weak.cost === null || verified.cost === null) return noDollars
  if (strongUsd === 0 && weakUsd === 0) return noDollars
  const costs = { strong: strong.cost, weak: weak.cost, cascade: verified.cost }
  return { kind: 'dollars', way: wayOfRoute[route], costs }
}

const noDollars = { kind: 'no-dollars', way: 'cascade' } as const

const wayOfRoute: Readonly<Record<CascadeRoute, Way>> = {
  strong: 'strong',
  weak: 'weak',
  verified: 'cascade',
}

function choosePricedRoute(facts: WayFacts, isLate: boolean) {
  const { strongWinRate, average, threshold } = facts
  const limits = { threshold, ...(isLate && { maxSeconds: facts.maxSeconds ?? 0 }) }
  if (strongWinRate !== null) return chooseRoute({ ...facts, strongWinRate }, limits)
  return chooseRouteByEscalation({ ...facts, strongWinRate: average.strongWinRate }, average, limits)
}

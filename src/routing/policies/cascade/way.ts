import { chooseRoute } from '../../verifiers/choose-route.ts'
import type { Candidate } from '../choice.ts'

/** How a request is answered: by one model at once, or by the weak one whose answer is read. */
export type Way = 'strong' | 'weak' | 'cascade'

/** What decides about the way of one request. */
export type WayFacts = {
  /** The strong model's win rate by the prompt alone; null if no router is asked. */
  readonly strongWinRate: number | null
  /** From this win rate on the strong model answers at once: the prompt is clearly hard. */
  readonly hardFrom: number
  /** Below this win rate the weak model's answer is not read: the prompt is clearly easy. */
  readonly easyBelow: number
  readonly strong: Candidate
  readonly weak: Candidate
  /** The expected share of the answers that are not good enough, in [0, 1]. */
  readonly escalatedShare: number
  /** Calls of the weak model. */
  readonly weakCalls: number
  /** How much reading the answer tells; null if it was not measured. */
  readonly separation: number | null
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
 * The way of a request that both models can answer. Where the prompt has a win rate, the verifier is measured and both
 * models have prices, the expected dollars at equal expected quality decide (`chooseRoute`). Otherwise a cascade costs the weak model's calls always, and the strong model's
 * for the answers that are escalated: n · weak + share · strong dollars. Where that is not less than the strong model
 * alone, or where it is expected to take longer than `maxSeconds`, the strong model answers at once. Without prices nothing is known about dollars, and only the win rate decides.
 */
export function findWay(facts: WayFacts): Way {
  const { strongWinRate, hardFrom, easyBelow } = facts
  if (strongWinRate !== null && strongWinRate >= hardFrom) return 'strong'
  if (strongWinRate !== null && strongWinRate < easyBelow) return 'weak'
  const { weakSeconds, strongSeconds, maxSeconds } = facts
  if (maxSeconds !== null && weakSeconds + strongSeconds > maxSeconds) return 'strong'
  return findMeasuredWay(facts) ?? (isCheaper(facts) ? 'cascade' : 'strong')
}

/** Null if too little is known. */
function findMeasuredWay(facts: WayFacts): Way | null {
  const { strongWinRate, separation, threshold, strong, weak, weakCalls } = facts
  if (strongWinRate === null || separation === null || threshold === 0) return null
  if (strong.usd === null || weak.usd === null || strong.usd === 0) return null
  const { weakSeconds, strongSeconds } = facts
  const weakUsd = weakCalls * weak.usd
  const outlook = { strongWinRate, separation, weakUsd, strongUsd: strong.usd, weakSeconds, strongSeconds }
  const { route } = chooseRoute(outlook, { threshold })
  return route === 'verified' ? 'cascade' : route
}

function isCheaper({ strong, weak, escalatedShare, weakCalls }: WayFacts): boolean {
  if (strong.usd === null || weak.usd === null) return true
  if (strong.usd === 0 && weak.usd === 0) return true // of a request of which nothing is known
  return weakCalls * weak.usd + escalatedShare * strong.usd < strong.usd
}

/** The share of evenly spaced quantiles, ascending, that are at or above a threshold: interpolated linearly. */
export function shareFrom(quantiles: readonly number[], threshold: number): number {
  const last = quantiles.length - 1
  const above = quantiles.findIndex((value) => value >= threshold)
  if (above === -1) return 0
  if (above === 0 || last === 0) return 1
  const [low, high] = [quantiles[above - 1]!, quantiles[above]!]
  return 1 - (above - 1 + (threshold - low) / (high - low)) / last
}

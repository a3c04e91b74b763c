import type { Contribution } from '../../src/routing/routers/explanation.ts'

export type ScoreSum = {
  /** The log-odds of the router before it has read the prompt. */
  readonly base: number
  /** The log-odds of the win rate: the base and all effects. */
  readonly sum: number
  readonly winRate: number
}

/** What the effects on the log-odds of a win rate are added to; null for a win rate that has none, 0 or 1. */
export function findScoreSum(
  contributions: readonly Contribution[],
  winRate: number | null,
): ScoreSum | null {
  if (winRate === null || winRate <= 0 || winRate >= 1) return null
  const sum = Math.log(winRate / (1 - winRate))
  return { base: contributions.reduce((rest, { effect }) => rest - effect, sum), sum, winRate }
}
